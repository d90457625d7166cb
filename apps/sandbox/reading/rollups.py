"""Rollup properties: the values of related rows, gathered and summed up."""

import statistics
from collections.abc import Callable
from typing import Any, Final

from apps.sandbox import times
from apps.sandbox.reading import formulas, values
from apps.sandbox.reading.formula_language import FormulaUnsupported, Moment
from apps.sandbox.reading.reader import Reader
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Page, Property


def related_pages(reader: Reader, page: Page, prop: Property) -> tuple[list[Page], Property | None]:
    """The rows a rollup looks at and the property it reads there; None when schema or access broke it."""
    source = page.data_source
    relation = source.property_named(prop.config["relation_property_id"]) if source else None
    if relation is None or relation.target is None or values.is_hidden(reader, relation):
        return [], None
    target = relation.target.property_named(prop.config["rollup_property_id"])
    return values.related(reader, page, relation), target


def _filled(items: list[Any]) -> list[Any]:
    return [item for item in items if item not in (None, "", [])]


def _numbers(items: list[Any]) -> list[float]:
    return [item for item in items if isinstance(item, int | float) and not isinstance(item, bool)]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _flat(items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in _filled(items):
        flat.extend(item) if isinstance(item, list) else flat.append(item)
    return flat


def _over(function: Callable[[list[float]], float]) -> Callable[[list[Any]], Any]:
    def summary(items: list[Any]) -> Any:
        numbers = _numbers(items)
        return function(numbers) if numbers else None

    return summary


_SUMMARIES: Final[dict[str, Callable[[list[Any]], Any]]] = {
    "count": len,
    "count_values": lambda items: len(_flat(items)),
    "unique": lambda items: len(set(_flat(items))),
    "empty": lambda items: len(items) - len(_filled(items)),
    "not_empty": lambda items: len(_filled(items)),
    "percent_empty": lambda items: _share(len(items) - len(_filled(items)), len(items)),
    "percent_not_empty": lambda items: _share(len(_filled(items)), len(items)),
    "checked": lambda items: sum(item is True for item in items),
    "unchecked": lambda items: sum(item is False for item in items),
    "percent_checked": lambda items: _share(sum(item is True for item in items), len(items)),
    "percent_unchecked": lambda items: _share(sum(item is False for item in items), len(items)),
    "sum": lambda items: sum(_numbers(items)),
    "average": _over(lambda numbers: round(statistics.fmean(numbers), 6)),
    "median": _over(statistics.median),
    "min": _over(min),
    "max": _over(max),
    "range": _over(lambda numbers: max(numbers) - min(numbers)),
}
_DATES: Final = frozenset({"earliest_date", "latest_date", "date_range"})
FUNCTIONS: Final = frozenset({*_SUMMARIES, *_DATES, "show_original", "show_unique"})


def rollup_value(reader: Reader, page: Page, prop: Property) -> Any:
    """The summary as a plain value: a number, a moment or a list. Raises FormulaUnsupported."""
    pages, target = related_pages(reader, page, prop)
    function = prop.config["function"]
    if target is None:
        return None
    items = [formulas.formula_input(reader, other, target) for other in pages]
    if function in _SUMMARIES:
        return _SUMMARIES[function](items)
    if function in _DATES:
        moments = sorted(item for item in items if isinstance(item, Moment))
        if not moments:
            return None
        return moments[0] if function == "earliest_date" else moments[-1]
    return _flat(items)


def rollup_answer(reader: Reader, page: Page, prop: Property) -> Json:
    """``{type, <type>, function}``."""
    function = prop.config["function"]
    if function in _SUMMARIES or function in _DATES:
        kind = "date" if function in _DATES else "number"
        try:
            value = rollup_value(reader, page, prop)
        except FormulaUnsupported:
            return {"type": "unsupported", "unsupported": {}, "function": function}
        if isinstance(value, Moment):
            value = _date(reader, page, prop, value)
        return {"type": kind, kind: value, "function": function}
    pages, target = related_pages(reader, page, prop)
    if target is None:
        return {"type": "array", "array": [], "function": function}
    rolled = [item_answer(reader, other, target) for other in pages]
    return {"type": "array", "array": rolled[: values.REFERENCES_SHOWN], "function": function}


def _date(reader: Reader, page: Page, prop: Property, latest: Moment) -> Json:
    if prop.config["function"] != "date_range":
        return {"start": times.day(latest.seconds), "end": None, "time_zone": None}
    pages, target = related_pages(reader, page, prop)
    inputs = [formulas.formula_input(reader, other, target) for other in pages] if target else []
    earliest = min(item for item in inputs if isinstance(item, Moment))
    return {"start": times.day(earliest.seconds), "end": times.day(latest.seconds), "time_zone": None}


def item_answer(reader: Reader, page: Page, target: Property) -> Json:
    """One value inside a rollup's array: without an id."""
    return {"type": target.type, target.type: values.whole_value(reader, page, target)}
