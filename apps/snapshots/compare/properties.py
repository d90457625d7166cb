"""The properties of a page or row before and after, in words.

They are matched by id, because names may change.
"""

from dataclasses import dataclass
from typing import Any

from apps.notion import nodes
from apps.notion.lowering import Context, Lowering
from apps.notion.number_formats import Formats, formatted_line
from apps.notion.properties import PropertyValue, parse_property
from apps.notion.properties.property import text_of
from apps.notion.refusals import Unreadable
from apps.snapshots.compare.blocks import json_words
from apps.snapshots.compare.words import Piece, compared
from apps.snapshots.reading import SnapshotContext

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property. ``change`` is added, removed, changed, or renamed, when its column got another name.

    ``before`` and ``after`` are the value in words, or the names of a renamed one; None on a side that lacks it.
    """

    id: str
    name: str
    type: str
    change: str
    before: str | None
    after: str | None

    @property
    def pieces(self) -> list[Piece]:
        return compared(self.before or "", self.after or "")


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the references of one side lead, and how its numbers are written."""

    context: SnapshotContext
    formats: Formats


def property_changes(before: Json, after: Json, reading: tuple[Reading, Reading]) -> list[PropertyChange]:
    """The title first, then in the order of the page after; removed ones last. One look-up for all links of a side."""
    old, new = _by_id(before), _by_id(after)
    differing = [key for key in dict.fromkeys([*new, *old]) if old.get(key) != new.get(key)]
    was, now = _texts(old, differing, reading[0]), _texts(new, differing, reading[1])
    found = [_change(key, old.get(key), new.get(key), was.get(key), now.get(key)) for key in differing]
    return sorted(found, key=lambda change: change.type != "title")


def _by_id(page: Json) -> dict[str, tuple[str, Json]]:
    values = page.get("properties")
    if not isinstance(values, dict):
        return {}
    return {
        str(value.get("id") or name) if isinstance(value, dict) else name: (name, value)
        for name, value in values.items()
    }


def _change(
    key: str, old: tuple[str, Json] | None, new: tuple[str, Json] | None, before: str | None, after: str | None
) -> PropertyChange:
    name, value = new or old or ("", {})
    kind = str(value.get("type") or "") if isinstance(value, dict) else ""
    if old is None or new is None:
        return PropertyChange(key, name, kind, "added" if new else "removed", before, after)
    if old[1] == new[1]:
        return PropertyChange(key, name, kind, "renamed", old[0], new[0])
    if before == after:
        before, after = json_words(old[1]), json_words(new[1])
    return PropertyChange(key, name, kind, "changed", before, after)


def _texts(values: dict[str, tuple[str, Json]], wanted: list[str], reading: Reading) -> dict[str, str]:
    parsed = {key: _parsed(values[key][1]) for key in wanted if key in values}

    def draw(context: Context) -> dict[str, str]:
        lowering = Lowering(context)
        return {key: _text(value, lowering, reading.formats.get(key)) for key, value in parsed.items()}

    return reading.context.drawn(draw)


def _parsed(value: Json) -> PropertyValue | str:
    try:
        return parse_property(value)
    except Unreadable:
        return text_of(value)


def _text(value: PropertyValue | str, lowering: Lowering, number_format: str | None) -> str:
    return value if isinstance(value, str) else nodes.plain(formatted_line(value, lowering, number_format))
