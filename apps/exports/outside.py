"""Objects that stand as a block but are not in the snapshot: they keep their address in Notion."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from apps.notion import nodes
from apps.notion.nodes import Document, Href


def with_addresses(document: Document) -> Document:
    """The document with a link to Notion on every page or database in it that nothing else is known of."""
    if not any(_is_outside(block) for block in nodes.walk(document.blocks)):
        return document
    return replace(document, blocks=_mended(document.blocks))


def notion_url(object_id: str) -> str:
    return f"https://www.notion.so/{object_id.replace('-', '')}"


def _is_outside(block: Any) -> bool:
    return isinstance(block, nodes.ObjectLink) and block.href is None and block.kind in ("page", "database")


def _mended(value: Any) -> Any:
    """The same nodes where nothing changes, so that only the way to an outside object is made anew."""
    if isinstance(value, tuple):
        items = tuple(_mended(item) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if _is_outside(value):
        return replace(value, href=Href(notion_url(value.object_id)))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        field.name: new for field in fields(value) if (new := _mended(old := getattr(value, field.name))) is not old
    }
    return replace(value, **changed) if changed else value
