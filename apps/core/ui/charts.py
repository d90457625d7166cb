"""Geometry of the small drawings. Sizes are SVG attributes: the content policy allows no style attribute."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.ui.numbers import number

SMALLEST_SHARE = 1.2


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole; ``tone`` is ok, warn, bad, run or mute, ``start`` and ``width`` are per cent."""

    label: str
    value: int
    tone: str
    start: float
    width: float


def shares(parts: Sequence[tuple[str, int, str]]) -> list[Share]:
    """Lay ``(label, value, tone)`` parts side by side; a part that exists stays visible, however small."""
    there = [part for part in parts if part[1] > 0]
    whole = sum(value for _, value, _ in there)
    wanted = [max(100 * value / whole, SMALLEST_SHARE) for _, value, _ in there]
    laid: list[Share] = []
    start = 0.0
    for (label, value, tone), width in zip(there, wanted, strict=True):
        width = round(100 * width / sum(wanted), 2)
        laid.append(Share(label, value, tone, round(start, 2), width))
        start += width
    return laid


def described(parts: Sequence[tuple[str, int, str]]) -> str:
    """The same parts in words, for those who do not see the bar: ``"12,487 done, 16 failed"``."""
    return ", ".join(f"{number(value)} {label}" for label, value, _ in parts if value > 0)
