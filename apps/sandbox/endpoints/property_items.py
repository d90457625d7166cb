"""The property endpoint: values in full, lists in pages (reference: *Property items*)."""

from typing import Any, Final
from urllib.parse import urlencode

from apps.sandbox import errors
from apps.sandbox.call import Call
from apps.sandbox.reading import rollups
from apps.sandbox.reading.values import REFERENCES_SHOWN, whole_value
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Page, Property

_LISTS: Final = frozenset({"title", "rich_text", "people", "relation", "rollup"})


def property_item_answer(call: Call, page: Page, prop: Property) -> Json:
    if prop.type not in _LISTS:
        value = whole_value(call.reader, page, prop)
        return {"object": "property_item", "type": prop.type, "id": prop.id, prop.type: value}
    items, detail = _items(call, page, prop)
    size, start = call.page_size(), _start(call.start_cursor())
    if start > len(items):
        raise errors.bad_cursor(str(call.start_cursor()))
    end = start + size
    next_cursor = f"{end:x}" if end < len(items) else None
    if prop.type == "rollup" and next_cursor is not None:
        detail = {"type": "incomplete", "incomplete": {}, "function": prop.config["function"]}
    return {
        "object": "list",
        "results": items[start:end],
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
        "type": "property_item",
        "property_item": {
            "id": prop.id,
            "next_url": _next_url(page, prop, next_cursor),
            "type": prop.type,
            prop.type: detail,
        },
    }


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(cursor, 16)
    except ValueError as problem:
        raise errors.bad_cursor(cursor) from problem


def _items(call: Call, page: Page, prop: Property) -> tuple[list[Json], Json]:
    if prop.type == "rollup":
        pages, target = rollups.related_pages(call.reader, page, prop)
        answer = rollups.rollup_answer(call.reader, page, prop)
        if answer["type"] == "array":
            answer = {**answer, "array": []}
        values = [whole_value(call.reader, each, target) for each in pages] if target is not None else []
        kind = target.type if target is not None else ""
        return [_item(prop, kind, value) for value in _one_by_one(kind, values)], answer
    return [_item(prop, prop.type, each) for each in whole_value(call.reader, page, prop)], {}


def _item(prop: Property, kind: str, value: Any) -> Json:
    return {"object": "property_item", "type": kind, "id": prop.id, kind: value}


def _one_by_one(kind: str, values: list[Any]) -> list[Any]:
    """Rolled lists are paged like lists of their own: one run, person or page each."""
    return [each for value in values for each in value] if kind in _LISTS - {"rollup"} else values


def _next_url(page: Page, prop: Property, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = urlencode({"start_cursor": cursor, "page_size": REFERENCES_SHOWN})
    return f"https://api.notion.com/v1/pages/{page.id}/properties/{prop.id}?{query}"
