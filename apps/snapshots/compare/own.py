"""What an object itself says besides its properties and its place: icon, cover, lock, description …"""

from typing import Any

from apps.notion.file_objects import FileObject
from apps.notion.icons import Icon
from apps.notion.refusals import Unreadable
from apps.snapshots.compare.blocks import FieldChange, changed_field, value_words

Json = dict[str, Any]
TOLD_ELSEWHERE = frozenset({"object", "id", "request_id", "parent", "properties", "last_edited_time", "last_edited_by"})


def own_changes(before: Json, after: Json, *, renamed: bool) -> list[FieldChange]:
    """Every field that differs, known or not. A page's address follows its name, so a new name hides it."""
    hidden = TOLD_ELSEWHERE | ({"url"} if renamed else set())
    names = [name for name in dict.fromkeys([*before, *after]) if name not in hidden]
    found = [_changed(name, before.get(name), after.get(name)) for name in names]
    return [change for change in found if change is not None]


def _changed(name: str, old: Any, new: Any) -> FieldChange | None:
    if name in ("icon", "cover") and old != new:
        was, now = _picture(name, old), _picture(name, new)
        if was != now:
            return FieldChange(name, was, now)
    return changed_field(name, old, new)


def _picture(name: str, value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    try:
        return (Icon if name == "icon" else FileObject).parse(value).label
    except Unreadable:
        return value_words(value)
