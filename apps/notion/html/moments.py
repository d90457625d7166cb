"""Dates and moments in words. The exact value stands beside them, in the element that shows them."""

from datetime import date, datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LENGTH_OF_DATE = len("2026-03-02")


def moment_words(iso: str) -> str:
    """`2 Mar 2026`, `2 Mar 2026, 09:30`: the clock as it is written, with `UTC` where Notion itself noted the time.

    What is not ISO 8601 stays as it is.
    """
    try:
        if len(iso) == LENGTH_OF_DATE:
            return _day(date.fromisoformat(iso))
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{_day(moment)}, {moment:%H:%M}{' UTC' if iso.endswith('Z') else ''}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
