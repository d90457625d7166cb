"""One fault: what goes wrong, when, and how often.

Kinds
    ``429``            rate limited, with ``reason`` (one of `rate.REASONS`) and ``retry_after``
    ``500 502 503 504`` server faults; with ``after_commit`` the request is carried out first
    ``529``            service overload, with ``retry_after``
    ``409``            conflict while saving
    ``reset``          the connection dies without an answer
    ``slow``           the body waits ``delay`` seconds in its middle
    ``html``           200 with a page of HTML instead of JSON
    ``truncated``      200 with the first half of the JSON
    ``expired_cursor`` every query cursor given out so far is forgotten; with ``target``, a cursor, only the request
                       that goes on from there is refused
    ``expired_url``    the next file URL handed out has expired; on ``/files/`` the fetch itself is refused
    ``vanish``         ``target`` (page, database or block id) is in the trash from now on
    ``revoke``         ``target`` (a token; the caller's when empty) stops working
"""

import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from apps.sandbox.dice import Dice
from apps.sandbox.rate import CONNECTION
from apps.sandbox.world.json import Json

SERVER_FAULTS: Final = frozenset({"500", "502", "503", "504"})
KINDS: Final = SERVER_FAULTS | {
    "429",
    "529",
    "409",
    "reset",
    "slow",
    "html",
    "truncated",
    "expired_cursor",
    "expired_url",
    "vanish",
    "revoke",
}
ALTERS_WORLD: Final = frozenset({"expired_cursor", "vanish", "revoke"})


@dataclass(slots=True)
class Fault:
    """Strikes requests whose method and path fit. Raises ValueError for an unknown kind."""

    kind: str
    method: str | None = None
    path: str = ""
    """A regular expression, searched in the path with its query."""
    after: int = 0
    """How many fitting requests pass first."""
    times: int | None = 1
    """How many fitting requests are struck; None never stops."""
    probability: float = 1.0
    seed: int = 0
    reason: str = CONNECTION
    retry_after: float | None = None
    delay: float = 1.0
    after_commit: bool = False
    target: str = ""
    seen: int = field(default=0, init=False)
    struck: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.kind = str(self.kind)
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known are {', '.join(sorted(KINDS))}")
        re.compile(self.path)

    @classmethod
    def read(cls, raw: Json) -> "Fault":
        """Raises ValueError for a kind or key it does not know."""
        known = {each.name for each in fields(cls) if each.init}
        unknown = sorted(set(raw) - known)
        if unknown:
            raise ValueError(f"unknown keys of a fault: {', '.join(unknown)}; known are {', '.join(sorted(known))}")
        return cls(**raw)

    def strikes(self, method: str, path: str) -> bool:
        if self.method not in (None, method) or not re.search(self.path, path):
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.seen += 1
        if self.seen <= self.after:
            return False
        if self.probability < 1 and Dice(self.seed, self.seen).fraction() >= self.probability:
            return False
        self.struck += 1
        return True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
