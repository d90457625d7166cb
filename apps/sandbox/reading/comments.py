"""Comments as the API answers them."""

from apps.sandbox import times
from apps.sandbox.reading.parents import parent_of_comment, partial_user
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Comment


def comment_answer(comment: Comment) -> Json:
    answer: Json = {
        "object": "comment",
        "id": comment.id,
        "parent": parent_of_comment(comment),
        "discussion_id": comment.discussion_id,
        "created_time": times.minute(comment.created),
        "last_edited_time": times.minute(comment.edited),
        "created_by": partial_user(comment.created_by),
        "rich_text": comment.rich_text,
        "display_name": comment.display_name,
    }
    if comment.attachments:
        answer["attachments"] = comment.attachments
    return answer
