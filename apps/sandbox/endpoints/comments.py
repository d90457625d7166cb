"""Comments (reference: *Comments*); capabilities of their own."""

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint, listing
from apps.sandbox.reading.comments import comment_answer
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Block, Comment, Database


def _about(call: Call, block_id: str) -> list[Comment]:
    thing = call.connection.block(block_id)
    if isinstance(thing, Database):
        return []
    page, wanted = (thing.page, thing.id) if isinstance(thing, Block) else (thing, None)
    return [c for c in call.world.content(page).comments if c.block_id == wanted and not c.resolved]


@endpoint("GET", "/comments")
def list_comments(call: Call) -> Json:
    """Unresolved ones on one page or block, oldest first."""
    call.connection.require(access.READ_COMMENTS)
    block_id = call.asked_id("block_id")
    if block_id is None:
        raise errors.invalid("query failed validation: query.block_id should be defined, instead was `undefined`.")
    comments = sorted(_about(call, block_id), key=lambda comment: comment.created)
    shown, next_cursor = call.page_of(comments, lambda comment: comment.id)
    return listing("comment", [comment_answer(comment) for comment in shown], next_cursor)


@endpoint("GET", "/comments/{comment_id}")
def retrieve_comment(call: Call) -> Json:
    call.connection.require(access.READ_COMMENTS)
    return comment_answer(call.connection.comment(call.params["comment_id"]))
