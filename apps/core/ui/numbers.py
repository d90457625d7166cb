"""Figures in words: separators, totals, sizes, durations, counted nouns."""

import math

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def number(value: int) -> str:
    """``12408`` → ``"12,408"``."""
    return f"{value:,}".replace("-", "−")


def of_total(part: int, total: int | None) -> str:
    """A number is never without its total: ``"8,437 of 12,396"``, or ``"8,437 so far"`` while none is known."""
    return f"{number(part)} so far" if total is None else f"{number(part)} of {number(total)}"


def percent(part: int, total: int | None) -> int:
    """Whole per cent, rounded down, so that 100 is only ever said when everything is done."""
    return 0 if not total else max(0, min(100, part * 100 // total))


def byte_size(size: int) -> str:
    """Decimal sizes in two significant digits or more: ``"812 B"``, ``"5 MB"``, ``"4.2 GB"``."""
    scaled = float(size)
    unit = 0
    while round(scaled) >= 1000 and unit < len(_UNITS) - 1:
        scaled /= 1000
        unit += 1
    figure = f"{scaled:.1f}".removesuffix(".0") if scaled < 9.95 else f"{scaled:,.0f}"
    return f"{figure} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """Two units at most: ``"0.8 s"``, ``"41 s"``, ``"8 min 51 s"``, ``"2 h 05 min"``, ``"3 d 4 h"``."""
    if 0 < seconds < 0.95:
        return f"{max(seconds, 0.1):.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02d} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02d} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def roughly(seconds: float) -> str:
    """One unit, rounded up, for estimates: ``"20 s"``, ``"4 min"``, ``"2 h"``, ``"3 d"``."""
    if seconds <= 55:
        return f"{max(5, math.ceil(seconds / 5) * 5)} s"
    minutes = math.ceil(seconds / MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    hours = math.ceil(seconds / HOUR)
    return f"{hours} h" if hours < 48 else f"{math.ceil(seconds / DAY)} d"


def counted(value: int, forms: str) -> str:
    """A number with its noun; ``forms`` is ``"page"`` or ``"entry,entries"``: ``"1,204 entries"``."""
    singular, _, plural = forms.partition(",")
    noun = singular if value == 1 else plural or f"{singular}s"
    return f"{number(value)} {noun}"
