"""Answers of `GET /v1/pages/{id}/properties/{id}`: one value, or a listing of a long value's parts.

https://developers.notion.com/reference/property-item-object
"""

from collections.abc import Iterable

from apps.notion.model import Json, NotionModel
from apps.notion.properties.property import PropertyValue, parse_property
from apps.notion.refusals import Unreadable

LISTED = frozenset({"title", "rich_text", "people", "relation"})
"""Types whose values come in parts, one to an item."""


class PropertyItem(NotionModel):
    """One value, or one part of it: a run, a user, a reference, a rolled-up value."""

    object: str
    id: str | None = None
    type: str

    def value(self) -> PropertyValue:
        """The item as a value of its own: a part becomes a value with one part."""
        raw = self.raw()
        part = raw.get(self.type)
        return parse_property(raw | {self.type: [part]} if self.type in LISTED and isinstance(part, dict) else raw)


def complete_value(pages: Iterable[Json]) -> Json:
    """The value of a long property, put together from all pages of its listing, as a page would carry it.

    This is what replaces a value that the page carries cut (`has_more`, 25 references). Of a rollup the array is put
    together; a number or date that Notion has rolled up is taken from the last page.
    """
    parts: list[Json] = []
    head: Json | None = None
    for page in pages:
        head = page.get("property_item")
        parts += page.get("results", [])
    if not isinstance(head, dict) or not isinstance(kind := head.get("type"), str):
        raise Unreadable("property item list", "no property_item with a type")
    if kind == "rollup":
        return {"id": head.get("id"), "type": kind, kind: _rollup(head.get(kind), parts)}
    value = {"id": head.get("id"), "type": kind, kind: [part[kind] for part in parts]}
    return value | {"has_more": False} if kind == "relation" else value


def _rollup(aggregate: object, parts: list[Json]) -> Json:
    if not isinstance(aggregate, dict):
        raise Unreadable("property item list", "a rollup without its result")
    if aggregate.get("type") not in ("array", "incomplete"):
        return aggregate
    values = [{name: value for name, value in part.items() if name not in ("object", "id")} for part in parts]
    return {"type": "array", "array": values, "function": aggregate.get("function")}
