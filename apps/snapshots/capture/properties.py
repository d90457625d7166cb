"""Property values that Notion cuts in a page object, fetched in full.

A page object names at most 25 references per property:
https://developers.notion.com/reference/retrieve-a-page-property
"""

from functools import partial
from typing import Any

from apps.notion.client import NotionClient
from apps.notion.errors import MalformedResponse
from apps.notion.pagination import each

Json = dict[str, Any]
SHOWN = 25


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
        return bool(rollup.get("type") == "array" and len(rollup.get("array") or ()) >= SHOWN)
    return False


async def completed(client: NotionClient, page: Json) -> tuple[Json, list[str]]:
    """The page with every property in full, and the names of those that had been cut."""
    properties: Json = page.get("properties") or {}
    cut = [name for name, value in properties.items() if is_cut(value)]
    if not cut:
        return page, []
    whole = {name: await _whole(client, page["id"], properties[name]) for name in cut}
    grown = [name for name in cut if whole[name] != properties[name]]
    return page | {"properties": properties | whole}, grown


async def _whole(client: NotionClient, page_id: str, value: Json) -> Json:
    kind = value["type"]
    listing = partial(client.retrieve_property_item, page_id, value["id"])
    items = [item async for item in each(listing)]
    if kind == "rollup":
        values = [{name: part for name, part in item.items() if name not in ("object", "id")} for item in items]
        return value | {"rollup": value["rollup"] | {"array": values}}
    if any(kind not in item for item in items):
        raise MalformedResponse(f"A {kind} property came with items of another type.")
    whole = value | {kind: [item[kind] for item in items]}
    return whole | {"has_more": False} if "has_more" in value else whole
