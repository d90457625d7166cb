"""The columns of a data source before and after: which came, went, were renamed or set up differently."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from apps.snapshots.compare.blocks import FieldChange, changed_field

Json = dict[str, Any]
OPTION_LISTS = ("options", "groups")


@dataclass(frozen=True, slots=True)
class OptionChange:
    """An option, or group of options, of a column. ``marks``: added, removed, renamed, moved, changed."""

    among: str
    marks: list[str]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """``before`` and ``after`` are the column's name and type, such as ``Stage (select)``; empty where it is not."""

    id: str
    marks: list[str]
    before: str
    after: str
    options: list[OptionChange] = field(default_factory=list)
    fields: list[FieldChange] = field(default_factory=list)


def schema_changes(before: Json, after: Json) -> list[ColumnChange]:
    """In the order of the schema after, removed columns last."""
    old, new = _by_id((before.get("properties") or {}).values()), _by_id((after.get("properties") or {}).values())
    found = [_column(key, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]
    return [change for change in found if change is not None]


def _by_id(items: Iterable[Any]) -> dict[str, Json]:
    return {str(item.get("id") or item.get("name")): item for item in items if isinstance(item, dict)}


def _column(key: str, old: Json | None, new: Json | None) -> ColumnChange | None:
    if old == new:
        return None
    if old is None or new is None:
        return ColumnChange(key, ["added"] if new else ["removed"], _name(old), _name(new))
    options, fields = _options(old, new), _fields(old, new)
    marks = ["renamed"] * (old.get("name") != new.get("name")) + ["changed"] * bool(options or fields)
    return ColumnChange(key, marks, _name(old), _name(new), options, fields)


def _name(column: Json | None) -> str:
    return f"{column.get('name') or 'Untitled'} ({column.get('type')})" if column else ""


def _config(column: Json) -> Json:
    held = column.get(str(column.get("type")))
    return held if isinstance(held, dict) else {}


def _options(old: Json, new: Json) -> list[OptionChange]:
    found: list[OptionChange] = []
    for name in OPTION_LISTS:
        was, now = _config(old).get(name), _config(new).get(name)
        if isinstance(was, list) and isinstance(now, list):
            found += _listed(name, _by_id(was), _by_id(now))
    return found


def _listed(name: str, old: dict[str, Json], new: dict[str, Json]) -> list[OptionChange]:
    staying = [key for key in old if key in new]
    reordered = staying != [key for key in new if key in old]
    found = []
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        found.append(OptionChange(name, _option_marks(was, now), _option(was), _option(now)))
    if reordered:
        orders = [", ".join(str(held[key].get("name")) for key in held if key in staying) for held in (old, new)]
        found.append(OptionChange(name, ["moved"], *orders))
    return found


def _option_marks(was: Json | None, now: Json | None) -> list[str]:
    if was is None or now is None:
        return ["added"] if now else ["removed"]
    renamed = was.get("name") != now.get("name")
    changed = {**was, "name": ""} != {**now, "name": ""}
    return ["renamed"] * renamed + ["changed"] * changed


def _option(option: Json | None) -> str:
    if option is None:
        return ""
    color = option.get("color")
    return f"{option.get('name')} ({color})" if color else str(option.get("name"))


def _fields(old: Json, new: Json) -> list[FieldChange]:
    """Everything but the name and the lists of options that are told option by option."""
    was, now = _values(old, new), _values(new, old)
    found = [changed_field(name, was.get(name), now.get(name)) for name in dict.fromkeys([*was, *now])]
    return [change for change in found if change is not None]


def _values(column: Json, other: Json) -> Json:
    kind = column.get("type")
    values = {name: value for name, value in column.items() if name not in ("id", "name", kind)}
    told = {name for name in OPTION_LISTS if all(isinstance(_config(one).get(name), list) for one in (column, other))}
    return values | {name: value for name, value in _config(column).items() if name not in told}
