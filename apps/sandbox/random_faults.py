"""Faults by dice: which requests they hit, and with what, follows from a seed and the requests alone.

A request is known by its method, its path and what it asks for, not by when it comes: however many requests run side
by side, the same ones are hit in the same way. Each is hit a few times at most, so that repeating it succeeds.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs

import orjson

from apps.sandbox.dice import Dice
from apps.sandbox.faults import Fault
from apps.sandbox.rate import REASONS

_SESSION: Final = re.compile(r"s:[0-9a-f-]{36}:")
_SERVER: Final = ("500", "502", "503", "504")
_PASSING_REASONS: Final = REASONS[:-1]
_API: Final = ("429", "429", "529", *_SERVER, "409", "reset", "slow", "truncated", "html")
_FILES: Final = (*_SERVER, "reset", "slow", "truncated", "expired_url")


@dataclass(slots=True)
class RandomFaults:
    """Hits each request with the probability ``rate``, one to ``times`` times in a row."""

    seed: int
    rate: float
    times: int = 2
    struck: Counter[str] = field(default_factory=Counter, init=False)
    """How often each kind has struck."""
    _hits: Counter[str] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        if not (0 <= self.rate <= 1 and self.times >= 1):
            raise ValueError("random faults need 0 <= rate <= 1 and times >= 1")

    def strike(self, method: str, path: str, body: bytes) -> Fault | None:
        """``path`` with its query, ``body`` as it came."""
        request = f"{method} {_SESSION.sub('s:', _unsigned(path))} {_SESSION.sub('s:', body.decode('latin-1'))}"
        dice = Dice(self.seed, request)
        if not dice.chance(self.rate) or self._hits[request] >= dice.between(1, self.times):
            return None
        self._hits[request] += 1
        fault = _fault(dice.fork(self._hits[request]), path, body)
        self.struck[fault.kind] += 1
        return fault

    def as_json(self) -> dict[str, Any]:
        return {"seed": self.seed, "rate": self.rate, "times": self.times, "struck": dict(sorted(self.struck.items()))}


def _unsigned(path: str) -> str:
    """The address of a file is signed anew at each reading."""
    return path.partition("?")[0] if path.startswith("/files/") else path


def _fault(dice: Dice, path: str, body: bytes) -> Fault:
    cursor = _cursor(path, body)
    kinds = _FILES if path.startswith("/files/") else (*_API, "expired_cursor") if cursor else _API
    kind = dice.pick(kinds)
    late = kind in (*_SERVER, "reset") and not path.startswith("/files/") and dice.chance(0.5)
    return Fault(
        kind,
        reason=dice.pick(_PASSING_REASONS),
        retry_after=dice.between(1, 3) if kind in ("429", "529") or (kind == "503" and dice.chance(0.5)) else None,
        delay=0.01,
        after_commit=late,
        target=cursor if kind == "expired_cursor" else "",
    )


def _cursor(path: str, body: bytes) -> str:
    """The cursor that a request goes on from; empty at the beginning of a listing."""
    if b"start_cursor" in body:
        return str(orjson.loads(body).get("start_cursor") or "")
    return parse_qs(path.partition("?")[2]).get("start_cursor", [""])[-1]
