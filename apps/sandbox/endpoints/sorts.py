"""Sorts of a query: earlier ones win, empty values come last."""

from typing import Any

from apps.sandbox import errors
from apps.sandbox.reading import formulas
from apps.sandbox.reading.formula_language import FormulaUnsupported, Moment
from apps.sandbox.reading.reader import Reader
from apps.sandbox.world.objects import DataSource, Page, Property


def sort_rows(reader: Reader, source: DataSource, rows: list[Page], raw: Any) -> list[Page]:
    """Raises 400 for a sort it cannot do."""
    if raw is None:
        return rows
    if not isinstance(raw, list):
        raise errors.should_be("body.sorts", "an array", raw)
    for at, each in reversed(list(enumerate(raw))):
        path = f"body.sorts[{at}]"
        if not isinstance(each, dict):
            raise errors.should_be(path, "an object", each)
        direction = each.get("direction", "ascending")
        if direction not in ("ascending", "descending"):
            raise errors.should_be(f"{path}.direction", '`"ascending"` or `"descending"`', direction)
        rows = _sorted(reader, source, rows, each, path, direction == "descending")
    return rows


def _sorted(
    reader: Reader, source: DataSource, rows: list[Page], raw: dict[str, Any], path: str, descending: bool
) -> list[Page]:
    if "timestamp" in raw:
        if raw["timestamp"] == "created_time":
            return sorted(rows, key=lambda row: row.created // 60, reverse=descending)
        if raw["timestamp"] == "last_edited_time":
            return sorted(rows, key=lambda row: row.edited // 60, reverse=descending)
        raise errors.should_be(f"{path}.timestamp", '`"created_time"` or `"last_edited_time"`', raw["timestamp"])
    prop = source.property_named(str(raw.get("property")))
    if prop is None:
        raise errors.invalid(f"Could not find sort property with name or id: {raw.get('property')}")
    keyed = [(_key(reader, row, prop), row) for row in rows]
    filled = [pair for pair in keyed if pair[0] is not None]
    filled.sort(key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in filled] + [row for key, row in keyed if key is None]


def _key(reader: Reader, row: Page, prop: Property) -> Any:
    if prop.type in ("select", "status"):
        name = formulas.formula_input(reader, row, prop)
        names = [option.name for option in prop.options]
        return names.index(name) if name in names else None
    try:
        value = formulas.formula_input(reader, row, prop)
    except FormulaUnsupported:
        return None
    if isinstance(value, Moment):
        return value.seconds
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, str):
        return value.casefold() or None
    return value
