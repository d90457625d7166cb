"""Pages and rows: create, update, move (reference: *Pages*)."""

from typing import Any

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint
from apps.sandbox.endpoints.pages import filter_properties
from apps.sandbox.reading.pages import page_answer
from apps.sandbox.reading.values import TITLE
from apps.sandbox.world import edits
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Database, DataSource, Page, Parent
from apps.sandbox.world.tree import ancestry, is_trashed
from apps.sandbox.writing.block_fields import BlockType
from apps.sandbox.writing.blocks import NewBlock, check_kinds, read_children
from apps.sandbox.writing.media import read_cover, read_icon
from apps.sandbox.writing.parents import archived, only_source, read_parent, read_position
from apps.sandbox.writing.pen import Pen, a_boolean, an_object
from apps.sandbox.writing.values import Change, read_value

_TITLES = {"title": TITLE}
PARENTS = ("page_id", "data_source_id", "database_id", "workspace")


def answer_written(call: Call, page: Page) -> Json:
    """In full, or in part without the capability to read."""
    if access.READ_CONTENT not in call.connection.capabilities:
        return {"object": "page", "id": page.id}
    return page_answer(call.reader, page, filter_properties(call))


@endpoint("POST", "/pages", "parent properties icon cover children content position template")
def create_page(call: Call) -> Json:
    pen, body = call.pen(access.INSERT_CONTENT), call.body
    parent = read_parent(pen, body.get("parent"), PARENTS)
    if isinstance(parent, Database):
        parent = only_source(parent)
    raw = body.get("children", body.get("content", []))
    children = read_children(pen, raw, "body.children")
    icon, cover = read_icon(pen, body.get("icon"), "body.icon"), read_cover(pen, body.get("cover"), "body.cover")
    after, at_start = read_position(body.get("position"), ("after_block", "page_start", "page_end"))
    changes = read_values(pen, parent, body.get("properties", {}))
    check_kinds(BlockType("page", children="any"), children, "body.children")
    try:
        page = edits.create_page(pen.world, parent, "", pen.now, pen.author, after=after, at_start=at_start)
    except edits.NotBeside as problem:
        raise errors.invalid(f"Block {problem} is not a direct child of the parent.") from problem
    page.icon, page.cover = icon, cover
    for change in changes:
        change(page)
    edits.place_blocks(pen.world, page, placed(children), pen.now, pen.author)
    return answer_written(call, page)


def placed(children: list[NewBlock]) -> list[edits.Placed]:
    return [(child.type, child.payload, placed(child.children)) for child in children]


@endpoint("PATCH", "/pages/{page_id}", "properties icon cover in_trash is_archived is_locked erase_content template")
def update_page(call: Call) -> Json:
    pen, body = call.pen(access.UPDATE_CONTENT), call.body
    page = pen.connection.page(call.params["page_id"])
    if is_trashed(page) and body.get("in_trash") is not False:
        raise archived("block")
    for change in read_values(pen, page.parent, body.get("properties", {})):
        change(page)
    if "icon" in body:
        page.icon = read_icon(pen, body["icon"], "body.icon")
    if "cover" in body:
        page.cover = read_cover(pen, body["cover"], "body.cover")
    for flag in ("is_archived", "is_locked"):
        if flag in body:
            setattr(page, flag, a_boolean(body[flag], f"body.{flag}"))
    if body.get("erase_content"):
        for block in pen.world.pin(page).blocks:
            edits.set_trash(pen.world, block, True, pen.now, pen.author)
    if "in_trash" in body:
        edits.set_trash(pen.world, page, a_boolean(body["in_trash"], "body.in_trash"), pen.now, pen.author)
    edits.touch(pen.world, page, pen.now, pen.author)
    return answer_written(call, page)


@endpoint("POST", "/pages/{page_id}/move", "parent")
def move_page(call: Call) -> Json:
    pen = call.pen(access.UPDATE_CONTENT)
    page = pen.connection.page(call.params["page_id"])
    parent = read_parent(pen, call.body.get("parent"), ("page_id", "data_source_id"))
    if isinstance(parent, Page) and page in ancestry(parent):
        raise errors.invalid("A page cannot be moved into itself.")
    edits.move(pen.world, page, parent, pen.now, pen.author)
    return answer_written(call, page)


def read_values(pen: Pen, parent: Parent, raw: Any) -> list[Change]:
    """The property values of a body. Raises 400."""
    source = parent if isinstance(parent, DataSource) else None
    changes = []
    for name, value in an_object(raw, "body.properties").items():
        prop = source.property_named(name) if source is not None else _TITLES.get(name)
        if prop is None:
            raise errors.invalid(f"{name} is not a property that exists.")
        if name == "title" and isinstance(value, list):
            value = {"title": value}
        changes.append(read_value(pen, prop, value, f"body.properties.{name}"))
    return changes
