"""Parts of a whole, laid side by side. Sizes are SVG attributes: the content policy allows no style attribute."""

from collections.abc import Sequence
from typing import NamedTuple

from apps.core.ui.numbers import number

SMALLEST = 1.2
"""Per cent of the bar that a part gets at least: 1 failed of 12,504 must not vanish."""

Part = tuple[str, int, str]
"""(label, value, tone); tones are ok, warn, bad, run and mute."""


class Share(NamedTuple):
    """Where a part lies in the bar, in per cent of its width."""

    tone: str
    start: float
    width: float


def shares(parts: Sequence[Part]) -> list[Share]:
    """Parts in their order, without the empty ones; together they fill the bar."""
    there = [(value, tone) for _, value, tone in parts if value > 0]
    whole = sum(value for value, _ in there)
    wanted = [max(100 * value / whole, SMALLEST) for value, _ in there]
    laid: list[Share] = []
    start = 0.0
    for (_, tone), width in zip(there, wanted, strict=True):
        width = 100 * width / sum(wanted)
        laid.append(Share(tone, round(start, 2), round(width, 2)))
        start += width
    return laid


def described(parts: Sequence[Part]) -> str:
    """The same parts in words, for those who do not see the bar: ``"12,487 done, 16 failed"``."""
    return ", ".join(f"{number(value)} {label}" for label, value, _ in parts if value > 0)
