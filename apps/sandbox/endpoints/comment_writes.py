"""Comments: create, update, delete (reference: *Comments*)."""

from typing import Any

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint
from apps.sandbox.reading.comments import comment_answer
from apps.sandbox.world import edits
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Block, Comment, Page
from apps.sandbox.writing.media import uploaded
from apps.sandbox.writing.pen import Pen, an_array, an_id, an_object, variant
from apps.sandbox.writing.rich_text import read_rich_text

MOST_ATTACHMENTS = 3


@endpoint("POST", "/comments", "parent discussion_id rich_text attachments display_name")
def create_comment(call: Call) -> Json:
    """On a page or block, or as an answer in a discussion."""
    pen, body = call.pen(access.INSERT_COMMENTS), call.body
    if ("parent" in body) == ("discussion_id" in body):
        raise errors.invalid("body failed validation: exactly one of parent and discussion_id should be defined.")
    if "rich_text" not in body:
        raise errors.undefined("body.rich_text")
    words = read_rich_text(pen, body["rich_text"], "body.rich_text")
    page, block_id, discussion = _place(pen, body)
    attachments = [_attachment(pen, each, at) for at, each in enumerate(_attachments(body))]
    comment = edits.add_comment(
        pen.world, page, block_id, words, pen.now, pen.author, _display_name(pen, body), discussion
    )
    comment.attachments = attachments
    if access.READ_COMMENTS not in call.connection.capabilities:
        return {"object": "comment", "id": comment.id}
    return comment_answer(comment)


def _place(pen: Pen, body: Json) -> tuple[Page, str | None, str | None]:
    if "discussion_id" in body:
        discussion = an_id(body["discussion_id"], "body.discussion_id")
        first = _first_of(pen, discussion)
        return first.page, first.block_id, discussion
    kind, value = variant(body["parent"], ("page_id", "block_id"), "body.parent")
    identifier = an_id(value, f"body.parent.{kind}")
    if kind == "page_id":
        return pen.connection.page(identifier), None, None
    thing = pen.connection.block(identifier)
    if isinstance(thing, Block):
        return thing.page, thing.id, None
    return pen.connection.page(identifier), None, None


def _first_of(pen: Pen, discussion_id: str) -> Comment:
    place = pen.world.ids.place("discussion", discussion_id)
    if place is not None and place.page < len(pen.world.by_no):
        page = pen.world.by_no[place.page]
        if pen.connection.sees(page):
            for comment in pen.world.content(page).comments:
                if comment.discussion_id == discussion_id:
                    return comment
    raise pen.connection.missing("discussion", discussion_id)


def _attachments(body: Json) -> list[Any]:
    return an_array(body.get("attachments", []), "body.attachments", MOST_ATTACHMENTS)


def _attachment(pen: Pen, raw: Any, at: int) -> Json:
    path = f"body.attachments[{at}]"
    file = uploaded(pen, an_object(raw, path).get("file_upload_id"), f"{path}.file_upload_id")
    kinds = {"image": "image", "audio": "audio", "video": "video"}
    upload = pen.service.uploads.get(file.file_id)
    kind = (upload.content_type or "").split("/")[0] if upload is not None else ""
    category = "pdf" if file.name.lower().endswith(".pdf") else kinds.get(kind, "productivity")
    return {"category": category, "file": file}


def _display_name(pen: Pen, body: Json) -> Json:
    raw = body.get("display_name")
    if isinstance(raw, dict) and raw.get("type") == "custom":
        name = an_object(raw.get("custom"), "body.display_name.custom").get("name")
        return {"type": "custom", "resolved_name": str(name)}
    if isinstance(raw, dict) and raw.get("type") == "user" and pen.connection.owner_id is not None:
        return {"type": "user", "resolved_name": pen.world.users[pen.connection.owner_id].name}
    return {"type": "integration", "resolved_name": pen.connection.name}


def _own(call: Call, pen: Pen) -> Comment:
    comment = pen.connection.comment(call.params["comment_id"])
    if comment.created_by != pen.author:
        raise errors.restricted("Only comments of this integration can be changed.")
    return comment


@endpoint("PATCH", "/comments/{comment_id}", "rich_text")
def update_comment(call: Call) -> Json:
    pen = call.pen(access.INSERT_COMMENTS)
    comment = _own(call, pen)
    comment.rich_text = read_rich_text(pen, call.body.get("rich_text"), "body.rich_text")
    comment.edited = pen.now
    return comment_answer(comment)


@endpoint("DELETE", "/comments/{comment_id}")
def delete_comment(call: Call) -> Json:
    pen = call.pen(access.INSERT_COMMENTS)
    comment = _own(call, pen)
    pen.world.pin(comment.page).comments.remove(comment)
    return comment_answer(comment)
