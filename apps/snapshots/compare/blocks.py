"""One block, comment or template before and after: its words, and everything else that it holds.

Nothing here knows Notion's types: what is rich text is compared word by word, any other value by its JSON. So a type
that does not exist yet is compared as well.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from apps.notion.properties.property import text_of
from apps.snapshots.compare.matching import Entry, Step
from apps.snapshots.compare.pages import PageDifference
from apps.snapshots.compare.runs import compared_runs, is_rich_text, plain
from apps.snapshots.compare.words import Piece, compared

Json = dict[str, Any]
ENVELOPE = frozenset(
    {
        "object", "id", "parent", "type", "request_id", "has_children", "discussion_id",
        "created_time", "created_by", "last_edited_time", "last_edited_by",
    }
)  # fmt: skip
SPOKEN = ("rich_text", "title", "expression", "cells", "name", "url")
"""Where a block's own words stand, the first that it has."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value before and after, in words; None where there was none. ``pieces`` are both, word by word."""

    name: str
    before: str | None
    after: str | None

    @property
    def pieces(self) -> list[Piece]:
        return compared(self.before or "", self.after or "")


@dataclass(frozen=True, slots=True)
class BlockChange:
    """What became of one block. ``fields`` holds what changed in it besides its words."""

    id: str
    type: str
    marks: list[str]
    pieces: list[Piece]
    fields: list[FieldChange]
    place_before: int | None = None
    place_after: int | None = None
    parent_before: str = ""
    parent_after: str = ""

    @property
    def changed_parent(self) -> bool:
        return bool(self.parent_before and self.parent_after) and self.parent_before != self.parent_after


def block_change(page: PageDifference, step: Step) -> BlockChange:
    """The block of a step. Unpacks its lines, which lie at hand when steps are asked for in order."""
    before = page.before.at(step.before) if step.before else None
    after = page.after.at(step.after) if step.after else None
    shown = after or before or {}
    return BlockChange(
        id=str(shown.get("id") or ""),
        type=str(shown.get("type") or ""),
        marks=step.marks,
        pieces=_pieces(before, after),
        fields=_fields(before, after) if before and after else [],
        place_before=_place(page.ordinals[0], step.before),
        place_after=_place(page.ordinals[1], step.after),
        parent_before=step.before.parent if step.before else "",
        parent_after=step.after.parent if step.after else "",
    )


def _place(ordinals: dict[Any, int], entry: Entry | None) -> int | None:
    return ordinals.get(entry.key) if entry else None


def _content(raw: Json) -> Json:
    """What a block holds under the name of its type; a comment or template holds it directly."""
    held = raw.get(str(raw.get("type")))
    return held if isinstance(held, dict) else raw


def _spoken(raw: Json) -> str:
    content = _content(raw)
    return next((name for name in SPOKEN if name in content), "")


def _pieces(before: Json | None, after: Json | None) -> list[Piece]:
    old, new = _said(before), _said(after)
    if isinstance(old, list) and isinstance(new, list):
        return compared_runs(old, new)
    return compared(_words(old), _words(new))


def _said(raw: Json | None) -> list[Json] | str:
    if raw is None:
        return []
    value: Any = _content(raw).get(_spoken(raw))
    return list(value) if is_rich_text(value) else value_words(value)


def _words(said: list[Json] | str) -> str:
    return said if isinstance(said, str) else plain(said)


def value_words(value: Any) -> str:
    """Any value of Notion's in words; what has no words of its own as JSON."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_rich_text(value):
        return plain(value)
    if isinstance(value, list) and value and all(map(is_rich_text, value)):
        return " | ".join(plain(cell) for cell in value)
    return text_of(value)


def _fields(before: Json, after: Json) -> list[FieldChange]:
    old, new = _values(before), _values(after)
    found = [changed_field(name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])]
    return [field for field in found if field is not None]


def _values(raw: Json) -> Json:
    content = _content(raw)
    values = {"type": raw.get("type")} if "type" in raw else {}
    if content is not raw:
        values |= {name: value for name, value in raw.items() if name not in ENVELOPE and name != raw.get("type")}
    spoken = _spoken(raw)
    hidden = ENVELOPE | {spoken} if content is raw else {spoken}
    return values | {name: value for name, value in content.items() if name not in hidden}


def changed_field(name: str, old: Any, new: Any) -> FieldChange | None:
    """None when both are the same. Values whose words are the same are shown as JSON."""
    if old == new:
        return None
    before, after = value_words(old), value_words(new)
    if before == after:
        before, after = json_words(old), json_words(new)
    return FieldChange(name, None if old is None else before, None if new is None else after)


def json_words(value: Any) -> str:
    """A value as JSON, for what has the same words on both sides."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
