"""Blocks: append, update, delete (reference: *Blocks*)."""

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint, listing
from apps.sandbox.endpoints.page_writes import placed
from apps.sandbox.reading.blocks import block_answer, block_answers, in_trashed_place, thing_as_block
from apps.sandbox.world import edits
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Block, Database, Page
from apps.sandbox.world.tree import is_trashed
from apps.sandbox.writing.block_fields import BLOCK_TYPES
from apps.sandbox.writing.blocks import changed_payload, check_kinds, kind_of, read_children
from apps.sandbox.writing.parents import archived, read_position
from apps.sandbox.writing.pen import a_boolean, only_keys


def _answer(call: Call, thing: Block | Page | Database) -> Json:
    if access.READ_CONTENT not in call.connection.capabilities:
        return {"object": "block", "id": thing.id}
    return block_answer(call.reader, thing) if isinstance(thing, Block) else thing_as_block(call.reader, thing)


def _trashed(thing: Block | Page | Database) -> bool:
    return thing.in_trash or in_trashed_place(thing) if isinstance(thing, Block) else is_trashed(thing)


@endpoint("PATCH", "/blocks/{block_id}/children", "children position")
def append_children(call: Call) -> Json:
    pen = call.pen(access.INSERT_CONTENT)
    parent = pen.connection.block(call.params["block_id"])
    if _trashed(parent):
        raise archived("block")
    if "children" not in call.body:
        raise errors.undefined("body.children")
    kind = kind_of(parent)
    children = read_children(pen, call.body["children"], "body.children")
    check_kinds(kind, children, "body.children")
    if isinstance(parent, Database):
        raise errors.invalid("Databases do not take blocks.")
    after, at_start = read_position(call.body.get("position"), ("after_block", "start", "end"))
    try:
        made = edits.place_blocks(
            pen.world, parent, placed(children), pen.now, pen.author, after=after, at_start=at_start
        )
    except edits.NotBeside as problem:
        raise errors.invalid(
            f"Block to append children after {problem} is not a direct child of the parent."
        ) from problem
    return listing("block", block_answers(call.reader, made), None)


@endpoint("PATCH", "/blocks/{block_id}", f"type object in_trash {' '.join(BLOCK_TYPES)}")
def update_block(call: Call) -> Json:
    pen, body = call.pen(access.UPDATE_CONTENT), call.body
    thing = pen.connection.block(call.params["block_id"])
    if "in_trash" in body:
        in_trash = a_boolean(body["in_trash"], "body.in_trash")
        edits.set_trash(pen.world, thing, in_trash, pen.now, pen.author)
    elif _trashed(thing):
        raise archived("block")
    if isinstance(thing, Block):
        only_keys(body, ("object", "type", "in_trash", thing.type), "body")
        thing = edits.pinned(pen.world, thing)
        if thing.type in body:
            thing.payload = changed_payload(pen, thing, body[thing.type])
            edits.touch_block(pen.world, thing, pen.now, pen.author)
        elif "in_trash" not in body:
            raise errors.undefined(f"body.{thing.type}")
    return _answer(call, thing)


@endpoint("DELETE", "/blocks/{block_id}")
def delete_block(call: Call) -> Json:
    """Into the trash: blocks, pages and databases."""
    pen = call.pen(access.UPDATE_CONTENT)
    thing = pen.connection.block(call.params["block_id"])
    if _trashed(thing):
        raise archived("block")
    edits.set_trash(pen.world, thing, True, pen.now, pen.author)
    return _answer(call, edits.pinned(pen.world, thing) if isinstance(thing, Block) else thing)
