"""Blocks as clients send them: checked, completed with defaults, ready to be placed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from apps.sandbox import errors
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Block, Database, Page
from apps.sandbox.writing.block_fields import BLOCK_TYPES, MEDIA, BlockType
from apps.sandbox.writing.media import read_file
from apps.sandbox.writing.pen import (
    MOST_ELEMENTS,
    Pen,
    a_string,
    an_array,
    an_id,
    an_object,
    only_keys,
    variant,
)

DEEPEST: Final = 2
"""Levels of children below the blocks of one request."""


@dataclass(slots=True)
class NewBlock:
    type: str
    payload: Json
    children: list["NewBlock"] = field(default_factory=list)


def read_children(pen: Pen, raw: Any, path: str, depth: int = 0) -> list[NewBlock]:
    """Raises 400."""
    blocks = [_block(pen, each, f"{path}[{at}]", depth) for at, each in enumerate(an_array(raw, path))]
    if depth == 0 and _count(blocks) > MOST_ELEMENTS:
        raise errors.invalid_body(f"{path} should have at most `{MOST_ELEMENTS}` blocks in all.")
    return blocks


def _count(blocks: Iterable[NewBlock]) -> int:
    return sum(1 + _count(block.children) for block in blocks)


def _block(pen: Pen, raw: Any, path: str, depth: int) -> NewBlock:
    value = an_object(raw, path)
    named = [name for name in BLOCK_TYPES if name in value]
    if len(named) != 1:
        lines = "\n".join(f"{path}.{name} should be defined, instead was `undefined`." for name in BLOCK_TYPES)
        raise errors.invalid(f"body failed validation. Fix one:\n{lines}")
    kind = BLOCK_TYPES[named[0]]
    only_keys(value, ("object", "type", kind.name), path)
    if value.get("type", kind.name) != kind.name:
        raise errors.should_be(f"{path}.type", f'`"{kind.name}"`', value["type"])
    if not kind.writable:
        raise errors.invalid(f"Block type {kind.name} is not supported via the API.")
    where = f"{path}.{kind.name}"
    sent = dict(an_object(value[kind.name], where))
    children = _nested(pen, kind, sent.pop("children", []), f"{where}.children", depth)
    payload = _payload(pen, kind, sent, where)
    if kind.name == "table":
        _check_rows(payload, children, where)
    return NewBlock(kind.name, payload, children)


def _nested(pen: Pen, kind: BlockType, raw: Any, path: str, depth: int) -> list[NewBlock]:
    if raw and not kind.children:
        raise errors.not_present(path, raw)
    if raw and depth >= DEEPEST:
        raise errors.not_present(path, raw)
    children = read_children(pen, raw, path, depth + 1)
    check_kinds(kind, children, path)
    if len(children) < kind.least_children:
        raise errors.invalid_body(f"{path}.length should be ≥ `{kind.least_children}`, instead was `{len(children)}`.")
    return children


def check_kinds(kind: BlockType, children: list[NewBlock], path: str) -> None:
    """Raises 400 when a block stands where its type may not."""
    for at, child in enumerate(children):
        if kind.children not in ("any", child.type):
            raise errors.should_be(f"{path}[{at}].type", f'`"{kind.children}"`', child.type)
        needs = {"table_row": "table", "column": "column_list"}.get(child.type, kind.name)
        if needs != kind.name:
            raise errors.invalid(f"{child.type} must be a child of {needs}.")


def _check_rows(table: Json, rows: list[NewBlock], path: str) -> None:
    for at, row in enumerate(rows):
        cells = len(row.payload["cells"])
        if cells != table["table_width"]:
            raise errors.invalid_body(
                f"{path}.children[{at}].table_row.cells.length should be equal to table_width "
                f"`{table['table_width']}`, instead was `{cells}`."
            )


def _payload(pen: Pen, kind: BlockType, sent: Json, path: str) -> Json:
    if kind.name in MEDIA:
        return _media(pen, kind, sent, path)
    if kind.name == "link_to_page":
        target, identifier = variant(sent, ("page_id", "database_id", "comment_id"), path)
        return {"type": target, target: an_id(identifier, f"{path}.{target}")}
    only_keys(sent, tuple(each.name for each in kind.fields), path)
    payload: Json = {}
    for each in kind.fields:
        if each.name in sent:
            payload[each.name] = each.read(pen, sent[each.name], f"{path}.{each.name}")
        elif each.must_be_sent:
            raise errors.undefined(f"{path}.{each.name}")
        elif not each.optional:
            payload[each.name] = list(each.default) if each.default == () else each.default
    return payload


def _media(pen: Pen, kind: BlockType, sent: Json, path: str) -> Json:
    only_keys(sent, ("caption", "type", "external", "file_upload", "file", "name"), path)
    caption = kind.fields[0].read(pen, sent.get("caption", []), f"{path}.caption")
    file = read_file(pen, {key: value for key, value in sent.items() if key not in ("caption", "name")}, path)
    payload = {"caption": caption, **file}
    if kind.name == "file":
        payload["name"] = a_string(sent["name"], f"{path}.name") if "name" in sent else _name_of(file)
    return payload


def _name_of(file: Json) -> str:
    if file["type"] == "external":
        return str(file["external"]["url"]).rsplit("/", 1)[-1] or "file"
    return str(file["file"].name)


def changed_payload(pen: Pen, block: Block, sent: Any) -> Json:
    """The payload after an update: what was sent replaces, the rest stays. Raises 400."""
    kind, path = BLOCK_TYPES.get(block.type), f"body.{block.type}"
    if kind is None or not kind.writable:
        raise errors.invalid(f"Block type {block.type} is not supported via the API.")
    given = an_object(sent, path)
    if "children" in given:
        raise errors.not_present(f"{path}.children", given["children"])
    if kind.name == "synced_block" and given:
        raise errors.invalid("Synced blocks cannot be updated via the API.")
    if kind.name == "table" and "table_width" in given:
        raise errors.not_present(f"{path}.table_width", given["table_width"])
    if kind.name in MEDIA:
        return _changed_media(pen, kind, block, given, path)
    if kind.name == "link_to_page":
        return _payload(pen, kind, given, path)
    only_keys(given, tuple(each.name for each in kind.fields), path)
    changed = dict(block.payload)
    for each in kind.fields:
        if each.name in given:
            changed[each.name] = each.read(pen, given[each.name], f"{path}.{each.name}")
    if kind.name == "table_row" and isinstance(block.parent, Block):
        _check_rows(block.parent.payload, [NewBlock("table_row", changed)], path)
    return changed


def _changed_media(pen: Pen, kind: BlockType, block: Block, given: Json, path: str) -> Json:
    changed = dict(block.payload)
    if any(key in given for key in ("external", "file_upload", "file")):
        fresh = _media(pen, kind, {"caption": [], **given}, path)
        old = changed["type"]
        changed = {"caption": changed["caption"], **{k: v for k, v in fresh.items() if k not in ("caption", "name")}}
        if kind.name == "file":
            changed["name"] = block.payload["name"] if old == changed["type"] else fresh["name"]
    if "caption" in given:
        changed["caption"] = kind.fields[0].read(pen, given["caption"], f"{path}.caption")
    if "name" in given:
        changed["name"] = a_string(given["name"], f"{path}.name")
    return changed


def kind_of(parent: Block | Page | Database) -> BlockType:
    """What may be appended there. Raises 400 for blocks that take no children."""
    if isinstance(parent, Page):
        return BlockType("page", (), "any")
    name = parent.type if isinstance(parent, Block) else "child_database"
    kind = BLOCK_TYPES.get(name)
    if kind is None or not kind.writable or not kind.children:
        raise errors.invalid(f"Block type {name} does not support children.")
    return kind
