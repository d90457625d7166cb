"""Formula properties: the values an expression sees and the answer it gives."""

from datetime import UTC, datetime
from typing import Any, Final

from apps.sandbox import times
from apps.sandbox.reading import rollups, values
from apps.sandbox.reading.formula_language import FormulaUnsupported, Moment, Scope, compile_formula
from apps.sandbox.reading.reader import Reader, title_of
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Option, Page, Property
from apps.sandbox.world.rich_text import plain_text

UNSUPPORTED: Final = object()
DEEPEST: Final = 8


def evaluate(reader: Reader, page: Page, prop: Property, depth: int = 0) -> Any:
    """The value of a formula, or UNSUPPORTED where Notion would answer that type."""
    source = page.data_source
    if source is None or depth > DEEPEST:
        return UNSUPPORTED

    def value_of(name: str) -> Any:
        other = source.property_named(name)
        if other is None:
            raise FormulaUnsupported(name)
        return formula_input(reader, page, other, depth + 1)

    try:
        return compile_formula(prop.config["expression"])(Scope(value_of, reader.now))
    except (FormulaUnsupported, TypeError, ZeroDivisionError, KeyError, AttributeError, ValueError):
        return UNSUPPORTED


def _name_of(options: list[Option], identifier: Any) -> str | None:
    return next((option.name for option in options if option.id == identifier), None)


def formula_input(reader: Reader, page: Page, prop: Property, depth: int = 0) -> Any:
    """A property's value as formulas and sums see it: text, number, yes or no, a moment, or a list."""
    match prop.type:
        case "title":
            return title_of(page)
        case "rich_text":
            return plain_text(values.stored(page, prop))
        case "select" | "status":
            return _name_of(prop.options, values.stored(page, prop))
        case "multi_select":
            return [_name_of(prop.options, each) for each in values.stored(page, prop)]
        case "date":
            date = values.stored(page, prop)
            return Moment(times.read(date["start"])) if date else None
        case "created_time":
            return Moment(page.created // 60 * 60)
        case "last_edited_time":
            return Moment(page.edited // 60 * 60)
        case "people":
            return [reader.world.users[each].name for each in values.stored(page, prop)]
        case "relation":
            return [title_of(other) for other in values.related(reader, page, prop)]
        case "formula":
            value = evaluate(reader, page, prop, depth)
            if value is UNSUPPORTED:
                raise FormulaUnsupported(prop.name)
            return value
        case "rollup":
            return rollups.rollup_value(reader, page, prop)
        case _:
            return values.stored(page, prop)


def formula_answer(value: Any) -> Json:
    if value is UNSUPPORTED:
        return {"type": "unsupported", "unsupported": {}}
    if isinstance(value, bool):
        return {"type": "boolean", "boolean": value}
    if isinstance(value, int | float):
        return {"type": "number", "number": value}
    if isinstance(value, Moment):
        start = datetime.fromtimestamp(value.seconds, UTC).isoformat(timespec="milliseconds")
        return {"type": "date", "date": {"start": start, "end": None, "time_zone": None}}
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return {"type": "string", "string": value or None}
