"""What a capture has to know of an object's JSON: title, parent, order, kind. Nothing is validated here."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.snapshots.models import Kind

Json = dict[str, Any]
TITLE_LENGTH = 300
EDITED_LENGTH = 32


def title_of(raw: Json) -> str:
    """The plain title of a page, row, database or data source, or the name of anything else (an upload's file name)."""
    runs = raw.get("title")
    if not isinstance(runs, list):
        values = (raw.get("properties") or {}).values()
        runs = next((value["title"] for value in values if value.get("type") == "title"), None)
    text = plain(runs) if isinstance(runs, list) else str(raw.get("name") or raw.get("filename") or "")
    return shortened(text)


def plain(runs: list[Json]) -> str:
    return "".join(str(run.get("plain_text") or "") for run in runs)


def shortened(text: str) -> str:
    """Without line breaks and characters that a database refuses; cut visibly to the column's length."""
    line = " ".join(text.replace("\0", "").split())
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1]}…"


def sort_key(raw: Json) -> str:
    """Orders siblings by creation, then id; known from the object alone, so nothing is renumbered."""
    created = str(raw.get("created_time") or "")[:19]
    return f"{created}-{raw['id'].replace('-', '')}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object says that it lies. ``container`` is an object of the store, or None at the top.

    Inside a block (``block`` set) only the page's listing, or asking for the block, tells the container.
    """

    container: UUID | None = None
    kind: Kind | None = None
    block: UUID | None = None


_CONTAINERS = {"page_id": Kind.PAGE, "database_id": Kind.DATABASE, "data_source_id": Kind.DATA_SOURCE}


def place_of(raw: Json) -> Place:
    """Notion names the direct parent: https://developers.notion.com/reference/parent-object"""
    parent = raw.get("parent") or {}
    kind = str(parent.get("type", ""))
    named = parent.get(kind)
    if kind == "block_id" and isinstance(named, str):
        return Place(block=UUID(named))
    if kind in _CONTAINERS and isinstance(named, str):
        return Place(UUID(named), _CONTAINERS[kind])
    return Place()


def page_kind(raw: Json, met_as: str = "") -> Kind:
    """A page in a data source is a row, unless it was met as a template of it."""
    if met_as == Kind.TEMPLATE:
        return Kind.TEMPLATE
    place = place_of(raw)
    return Kind.ROW if place.kind in (Kind.DATA_SOURCE, Kind.DATABASE) else Kind.PAGE


def edited_of(raw: Json) -> str:
    """When the object was last edited, as Notion wrote it; empty when it does not say."""
    edited = raw.get("last_edited_time")
    return edited if isinstance(edited, str) and len(edited) <= EDITED_LENGTH else ""


def is_partial(raw: Json) -> bool:
    """``{object, id}``: the connection may not read the content, or a listing names ids only."""
    return "parent" not in raw
