"""Filters of a query (reference: *Filters*): compiled once, then asked for each row."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from apps.sandbox import errors
from apps.sandbox.endpoints.date_conditions import date_condition
from apps.sandbox.reading import formulas, rollups, values
from apps.sandbox.reading.formula_language import FormulaUnsupported, Moment
from apps.sandbox.reading.reader import Reader
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import DataSource, Page, Property

Fits = Callable[[Page], bool]
Condition = Callable[[Any], bool]
DEEPEST: Final = 2
_TIMESTAMPS: Final = ("created_time", "last_edited_time")

_TEXT: Final[dict[str, Callable[[str, str], bool]]] = {
    "equals": lambda value, wanted: value == wanted,
    "does_not_equal": lambda value, wanted: value != wanted,
    "contains": lambda value, wanted: wanted.casefold() in value.casefold(),
    "does_not_contain": lambda value, wanted: wanted.casefold() not in value.casefold(),
    "starts_with": lambda value, wanted: value.casefold().startswith(wanted.casefold()),
    "ends_with": lambda value, wanted: value.casefold().endswith(wanted.casefold()),
}
_NUMBER: Final[dict[str, Callable[[float, float], bool]]] = {
    "equals": lambda value, wanted: value == wanted,
    "does_not_equal": lambda value, wanted: value != wanted,
    "greater_than": lambda value, wanted: value > wanted,
    "less_than": lambda value, wanted: value < wanted,
    "greater_than_or_equal_to": lambda value, wanted: value >= wanted,
    "less_than_or_equal_to": lambda value, wanted: value <= wanted,
}
TEXT_TYPES: Final = frozenset({"title", "rich_text", "url", "email", "phone_number"})
NUMBER_TYPES: Final = frozenset({"number", "unique_id"})
LIST_TYPES: Final = frozenset({"multi_select", "people", "relation", "created_by", "last_edited_by"})
DATE_TYPES: Final = frozenset({"date", *_TIMESTAMPS})


def compile_filter(reader: Reader, source: DataSource, raw: Any, depth: int = 0, path: str = "body.filter") -> Fits:
    """Raises 400 for anything a filter cannot be."""
    if not isinstance(raw, dict):
        raise errors.should_be(path, "an object", raw)
    for word, gather in (("and", all), ("or", any)):
        if word in raw:
            if depth >= DEEPEST:
                raise errors.invalid_body(f"{path}.{word} is nested too deeply; filters may nest {DEEPEST} levels.")
            parts = [
                compile_filter(reader, source, each, depth + 1, f"{path}.{word}[{at}]")
                for at, each in enumerate(raw[word])
            ]
            return _gathered(gather, parts)
    if "timestamp" in raw:
        return _timestamp(reader, raw, path)
    if "property" not in raw:
        raise errors.undefined(f"{path}.property")
    prop = source.property_named(str(raw["property"]))
    if prop is None:
        raise errors.invalid(f"Could not find property with name or id: {raw['property']}")
    kinds = [key for key in raw if key not in ("property", "type")]
    if len(kinds) != 1:
        raise errors.invalid_body(f"{path} should have one condition, instead had {len(kinds)}.")
    if kinds[0] != prop.type:
        raise errors.invalid(f"database property {prop.type} does not match filter {kinds[0]}")
    return _property(reader, prop, raw[kinds[0]], f"{path}.{kinds[0]}")


def _gathered(gather: Callable[[Iterable[bool]], bool], parts: list[Fits]) -> Fits:
    return lambda page: gather(fits(page) for fits in parts)


def _timestamp(reader: Reader, raw: Json, path: str) -> Fits:
    kind = raw["timestamp"]
    if kind not in _TIMESTAMPS:
        raise errors.should_be(f"{path}.timestamp", '`"created_time"` or `"last_edited_time"`', kind)
    if "property" in raw:
        raise errors.not_present(f"{path}.property", raw["property"])
    if kind not in raw:
        raise errors.undefined(f"{path}.{kind}")
    fits = date_condition(raw[kind], reader.now, f"{path}.{kind}")
    if kind == "created_time":
        return lambda page: fits(page.created // 60 * 60, False)
    return lambda page: fits(page.edited // 60 * 60, False)


def _one(condition: Any, path: str) -> tuple[str, Any]:
    if not isinstance(condition, dict) or len(condition) != 1:
        raise errors.should_be(path, "an object with one condition", condition)
    return next(iter(condition.items()))


def _property(reader: Reader, prop: Property, condition: Any, path: str) -> Fits:
    if prop.type in ("formula", "rollup"):
        return _computed(reader, prop, condition, path)
    if prop.type in DATE_TYPES:
        within = date_condition(condition, reader.now, path)
        return lambda page: within(*_date_of(reader, page, prop))
    if prop.type == "verification":
        return _verification(reader, prop, condition)
    fits = condition_on(reader, prop.type, condition, path, prop)
    return lambda page: fits(_comparable(reader, page, prop))


def _date_of(reader: Reader, page: Page, prop: Property) -> tuple[float | None, bool]:
    value = formulas.formula_input(reader, page, prop)
    if prop.type != "date":
        return value.seconds, False
    raw = values.stored(page, prop)
    return (value.seconds, len(raw["start"]) == len("2026-01-01")) if value else (None, False)


def _comparable(reader: Reader, page: Page, prop: Property) -> Any:
    """The value as conditions see it: options by name, people and relations by id."""
    match prop.type:
        case "relation":
            return [other.id for other in values.related(reader, page, prop)]
        case "created_by":
            return [page.created_by]
        case "last_edited_by":
            return [page.edited_by]
        case "people" | "files":
            return values.stored(page, prop)
        case _:
            return formulas.formula_input(reader, page, prop)


def condition_on(reader: Reader, kind: str, condition: Any, path: str, prop: Property | None = None) -> Condition:
    """A condition on a value of that type. Raises 400 for an operator it does not have."""
    operator, wanted = _one(condition, path)
    if operator in ("is_empty", "is_not_empty"):
        empty = operator == "is_empty"
        return lambda value: (value in (None, "", [])) is empty
    if kind in TEXT_TYPES or kind == "string":
        return _text(operator, wanted, path)
    if kind in NUMBER_TYPES:
        if operator not in _NUMBER or isinstance(wanted, bool) or not isinstance(wanted, int | float):
            raise errors.should_be(f"{path}.{operator}", "a number condition", wanted)
        compare = _NUMBER[operator]
        return lambda value: value is not None and compare(value, wanted)
    if kind in ("checkbox", "select", "status") and operator in ("equals", "does_not_equal"):
        return _choice(operator, wanted, prop)
    if kind in LIST_TYPES and operator in ("contains", "does_not_contain"):
        return _contains(reader, kind, operator, wanted)
    raise errors.not_present(f"{path}.{operator}", wanted)


def _text(operator: str, wanted: Any, path: str) -> Condition:
    compare = _TEXT.get(operator)
    if compare is None or not isinstance(wanted, str):
        raise errors.should_be(f"{path}.{operator}", "a string condition", wanted)
    return lambda value: compare(value or "", wanted)


def _choice(operator: str, wanted: Any, prop: Property | None) -> Condition:
    accepted = set(wanted) if isinstance(wanted, list) else {wanted}
    if prop is not None and prop.type == "status":
        accepted |= {option.name for option in prop.options if option.group in accepted}
    equal = operator == "equals"
    return lambda value: (value in accepted) is equal


def _contains(reader: Reader, kind: str, operator: str, wanted: Any) -> Condition:
    accepted = set(wanted) if isinstance(wanted, list) else {wanted}
    if "me" in accepted and kind != "multi_select" and reader.connection.owner_id is not None:
        accepted |= {reader.connection.owner_id}
    inside = operator == "contains"
    return lambda value: any(each in accepted for each in value or []) is inside


def _verification(reader: Reader, prop: Property, condition: Any) -> Fits:
    operator, wanted = _one(condition, "body.filter.verification")
    names = {"none": "unverified"}
    state, equal = names.get(wanted, wanted), operator == "status"
    return lambda page: (values.whole_value(reader, page, prop)["state"] == state) is equal


def _computed(reader: Reader, prop: Property, condition: Any, path: str) -> Fits:
    """Formulas and rollups: the condition names the type of the result."""
    kind, inner = _one(condition, path)
    if prop.type == "rollup" and kind in ("any", "every", "none"):
        return _rolled(reader, prop, kind, inner, f"{path}.{kind}")
    if kind == "date":
        within = date_condition(inner, reader.now, f"{path}.date")
        return lambda page: within(_seconds(_result(reader, page, prop)), False)
    fits = condition_on(reader, kind, inner, f"{path}.{kind}")
    return lambda page: fits(_result(reader, page, prop))


def _result(reader: Reader, page: Page, prop: Property) -> Any:
    try:
        return formulas.formula_input(reader, page, prop)
    except FormulaUnsupported:
        return None


def _seconds(value: Any) -> float | None:
    return value.seconds if isinstance(value, Moment) else None


def _rolled(reader: Reader, prop: Property, gather: str, inner: Any, path: str) -> Fits:
    kind, condition = _one(inner, path)
    if kind in DATE_TYPES:
        within = date_condition(condition, reader.now, path)
        test: Condition = lambda value: within(_seconds(value), False)  # noqa: E731
    else:
        test = condition_on(reader, kind, condition, f"{path}.{kind}")

    def fits(page: Page) -> bool:
        pages, target = rollups.related_pages(reader, page, prop)
        verdicts = [test(_comparable(reader, other, target)) for other in pages] if target else []
        return not any(verdicts) if gather == "none" else (any if gather == "any" else all)(verdicts)

    return fits
