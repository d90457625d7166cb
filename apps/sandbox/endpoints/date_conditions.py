"""Conditions on dates and timestamps in filters."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apps.sandbox import errors, times

Within = Callable[[float | None, bool], bool]
"""Asked with the moment (None when there is none) and whether it is a whole day."""

DAY: Final = 86_400
_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "equals": lambda value, wanted: value == wanted,
    "before": lambda value, wanted: value < wanted,
    "after": lambda value, wanted: value > wanted,
    "on_or_before": lambda value, wanted: value <= wanted,
    "on_or_after": lambda value, wanted: value >= wanted,
}
_RELATIVE_DAYS: Final = {
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "one_week_ago": -7,
    "one_week_from_now": 7,
    "one_month_ago": -30,
    "one_month_from_now": 30,
}
_SPANS: Final = {
    "past_week": (-7, 0),
    "past_month": (-30, 0),
    "past_year": (-365, 0),
    "next_week": (0, 7),
    "next_month": (0, 30),
    "next_year": (0, 365),
}


def date_condition(raw: Any, now: float, path: str) -> Within:
    """Raises 400 for an operator or a date it cannot read."""
    if not isinstance(raw, dict) or len(raw) != 1:
        raise errors.should_be(path, "an object with one condition", raw)
    operator, wanted = next(iter(raw.items()))
    if operator in ("is_empty", "is_not_empty"):
        empty = operator == "is_empty"
        return lambda value, whole_day: (value is None) is empty
    if operator in _SPANS or operator == "this_week":
        start, end = _span(operator, now)
        return lambda value, whole_day: value is not None and start <= value <= end
    compare = _COMPARISONS.get(operator)
    if compare is None:
        raise errors.not_present(f"{path}.{operator}", wanted)
    moment, day_given = _moment(wanted, now, f"{path}.{operator}")

    def within(value: float | None, whole_day: bool) -> bool:
        if value is None:
            return False
        if day_given or whole_day:
            return compare(value // DAY, moment // DAY)
        return compare(value, moment)

    return within


def _moment(wanted: Any, now: float, path: str) -> tuple[float, bool]:
    if wanted in _RELATIVE_DAYS:
        return now + _RELATIVE_DAYS[wanted] * DAY, True
    if isinstance(wanted, str):
        try:
            return times.read(wanted), len(wanted) == len("2026-01-01")
        except ValueError:
            pass
    raise errors.should_be(path, "a valid ISO 8601 date string", wanted)


def _span(operator: str, now: float) -> tuple[float, float]:
    midnight = now // DAY * DAY
    if operator == "this_week":
        today = datetime.fromtimestamp(midnight, UTC)
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        return sunday.timestamp(), sunday.timestamp() + 7 * DAY - 1
    first, last = _SPANS[operator]
    return midnight + first * DAY, midnight + (last + 1) * DAY - 1
