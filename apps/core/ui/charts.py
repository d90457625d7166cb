"""Geometry of the small drawings. Sizes are SVG attributes: the content policy allows no style attribute."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.ui.numbers import number

SPARK_WIDTH = 96
SPARK_HEIGHT = 24
SMALLEST_SHARE = 1.2


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole; ``tone`` is ok, warn, bad, run or mute, ``start`` and ``width`` are per cent."""

    label: str
    value: int
    tone: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, in the units of its view box."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of values, oldest first: ``line`` and ``ground`` are point lists, ``end`` the newest point."""

    line: str
    ground: str
    end: tuple[float, float]


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


def spark(values: Sequence[int]) -> Spark:
    """Fit at least two values into the spark's box; equal values draw a level line."""
    low, high = min(values), max(values)
    reach = (high - low) or 1
    step = (SPARK_WIDTH - 4) / (len(values) - 1)
    points = [
        (round(1 + i * step, 1), round(SPARK_HEIGHT - 3 - (value - low) / reach * (SPARK_HEIGHT - 7), 1))
        for i, value in enumerate(values)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    ground = f"{points[0][0]},{SPARK_HEIGHT} {line} {points[-1][0]},{SPARK_HEIGHT}"
    return Spark(line, ground, points[-1])


def bars(values: Sequence[tuple[int, str]], *, width: int, floor: int, ceiling: int, top: int = 0) -> list[Bar]:
    """Stand ``(value, tone)`` bars on ``floor``; the highest (or ``top``) reaches up to ``ceiling``."""
    if not values:
        return []
    step = width / len(values)
    highest = top or max(value for value, _ in values) or 1
    standing: list[Bar] = []
    for i, (value, tone) in enumerate(values):
        height = round(min(value / highest, 1) * (floor - ceiling), 1)
        standing.append(
            Bar(
                round(i * step + step * 0.14, 1),
                round(floor - height, 1),
                round(step * 0.72, 1),
                height,
                tone,
            )
        )
    return standing
