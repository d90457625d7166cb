"""Property values that Notion cuts in a page object, fetched in full.

A page object names at most 25 references per property, and what is computed from more of them may be wrong in it:
https://developers.notion.com/reference/retrieve-a-page-property
"""

from dataclasses import dataclass, field
from typing import Any

from apps.notion.client import NotionClient
from apps.notion.errors import InvalidCursor, MalformedResponse, ValidationFailed
from apps.notion.pagination import paginate

Json = dict[str, Any]
SHOWN = 25
LISTED = frozenset({"title", "rich_text", "people", "relation"})
"""Types whose values are lists. Rolled up, each of their items is told by itself."""


@dataclass(slots=True)
class Completed:
    """``page`` with every property in full; ``grown`` are the names of those that had been cut, ``lacking`` of those
    that Notion did not give in full here either."""

    page: Json
    grown: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def is_cut(value: Json) -> bool:
    """Whether there may be more of a property's value than the page object shows."""
    kind = value.get("type")
    if value.get("has_more"):
        return True
    if kind in ("relation", "people"):
        references: list[Any] = value.get(kind) or []
        return len(references) >= SHOWN
    if kind in ("title", "rich_text"):
        return sum(1 for run in value.get(kind) or () if run.get("type") == "mention") >= SHOWN
    if kind == "rollup":
        rollup = value.get("rollup") or {}
        return rollup.get("type") == "incomplete" or (
            rollup.get("type") == "array" and len(rollup.get("array") or ()) >= SHOWN
        )
    return False


def cut_in(properties: Json) -> list[str]:
    """The names of the properties to be asked for. Beyond 25 related pages, that is all that is computed, too."""
    cut = [name for name, value in properties.items() if is_cut(value)]
    if any(properties[name].get("has_more") for name in cut):
        cut += [name for name, value in properties.items() if _is_computed(value) and name not in cut]
    return cut


def _is_computed(value: Json) -> bool:
    return value.get("type") == "formula" or (
        value.get("type") == "rollup" and (value.get("rollup") or {}).get("type") != "array"
    )


async def completed(client: NotionClient, page: Json) -> Completed:
    properties: Json = page.get("properties") or {}
    cut = cut_in(properties)
    if not cut:
        return Completed(page)
    filled = Completed(page)
    whole: Json = {}
    for name in cut:
        try:
            whole[name], complete = await _whole(client, page["id"], properties[name])
        except InvalidCursor:
            raise
        except ValidationFailed:
            whole[name], complete = properties[name], False
        if not complete:
            filled.lacking.append(name)
        elif whole[name] != properties[name]:
            filled.grown.append(name)
    filled.page = page | {"properties": properties | whole}
    return filled


async def _whole(client: NotionClient, page_id: str, value: Json) -> tuple[Json, bool]:
    """The value, and whether that is all of it. Formulas come alone, the others as a listing."""
    kind = value["type"]
    if kind == "formula":
        return value | {kind: (await client.retrieve_property_item(page_id, value["id"]))[kind]}, True
    items: list[Json] = []
    head: Json = {}

    async def listing(*, cursor: str | None) -> Json:
        nonlocal head
        answer = await client.retrieve_property_item(page_id, value["id"], cursor)
        head = answer.get("property_item") or {}
        return answer

    complete = True
    async for batch in paginate(listing):
        items += batch.results
        complete = complete and not batch.incomplete
    if kind == "rollup":
        rolled = _rolled(value["rollup"], head.get("rollup") or {}, items)
        return value | {kind: rolled}, complete and rolled.get("type") != "incomplete"
    if any(kind not in item for item in items):
        raise MalformedResponse(f"A {kind} property came with items of another type.")
    whole = value | {kind: [item[kind] for item in items]}
    return whole | {"has_more": not complete} if "has_more" in value else whole, complete


def _rolled(shown: Json, told: Json, items: list[Json]) -> Json:
    """What the last portion says was computed; values themselves are what was listed."""
    rolled = told if "type" in told else shown
    if rolled["type"] == "array" or shown["type"] == "array":
        return shown | {"type": "array", "array": [_value_of(item) for item in items]}
    return {name: part for name, part in shown.items() if name == "function"} | rolled


def _value_of(item: Json) -> Json:
    kind = item.get("type")
    value = {name: part for name, part in item.items() if name not in ("object", "id")}
    return value | {kind: [item[kind]]} if kind in LISTED and not isinstance(item[kind], list) else value
