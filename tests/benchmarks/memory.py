"""How much memory this process takes. Linux only: the high-water mark can be set back there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

R = TypeVar("R")
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Taken:
    """In MB: what the process took before, idle, and at its largest while it worked. Both are its resident memory."""

    idle: float
    peak: float


def _megabytes(name: str) -> float:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def taken(work: Callable[[], R]) -> tuple[Taken, R]:
    """What the process takes while it works, and what comes of the work."""
    idle = _megabytes("VmRSS")
    _CLEAR.write_text("5")
    result = work()
    return Taken(idle, _megabytes("VmHWM")), result
