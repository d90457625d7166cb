"""Times as Notion writes them."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

Clock = Callable[[], float]
"""Seconds since 1970, as ``time.time`` gives them."""


@lru_cache(maxsize=65_536)
def minute(moment: float) -> str:
    """``2026-07-04T09:11:00.000Z``: floored to the minute, as on pages, blocks, data sources and comments."""
    return datetime.fromtimestamp(moment // 60 * 60, UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def millisecond(moment: float) -> str:
    """``2026-06-27T16:49:02.556+00:00``: as on databases and views."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")


def millisecond_z(moment: float) -> str:
    """``2026-06-27T17:59:54.110Z``: the expiry of a signed URL."""
    return millisecond(moment).replace("+00:00", "Z")


def basic(moment: float) -> str:
    """``20260627T165954Z``: the form in ``X-Amz-Date``."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")


def from_basic(text: str) -> float:
    """Inverse of `basic`. Raises ValueError."""
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()


def day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")


def read(text: str) -> float:
    """An ISO date or date-time as seconds; without an offset it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
