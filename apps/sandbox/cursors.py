"""Sessions of paged queries: ``s:<session>:<next row>``, as Notion hands them out since April 2026."""

import uuid
from collections import OrderedDict
from typing import Final

from apps.sandbox import errors
from apps.sandbox.times import Clock

KEPT: Final = 10_000


class QuerySessions:
    """Remembers the order of rows a query began with, so that pages of it stay consistent while rows change."""

    def __init__(self, clock: Clock, lifetime: float | None = None) -> None:
        self._clock = clock
        self.lifetime = lifetime
        """Seconds until a session is forgotten; None keeps it until it is pushed out or expired by hand."""
        self._sessions: OrderedDict[str, tuple[float, str, list[int]]] = OrderedDict()

    def open(self, key: str, order: list[int]) -> str:
        """A new session for the rows with these page numbers; ``key`` says what was asked."""
        session = str(uuid.uuid4())
        self._sessions[session] = (self._clock(), key, order)
        while len(self._sessions) > KEPT:
            self._sessions.popitem(last=False)
        return session

    @staticmethod
    def cursor(session: str, row_id: str) -> str:
        return f"s:{session}:{row_id}"

    def resume(self, cursor: str, key: str) -> tuple[str, list[int], str]:
        """Session, order and id of the next row. Raises 400 for a cursor of another query or a dead session."""
        parts = cursor.split(":")
        entry = self._sessions.get(parts[1]) if len(parts) == 3 and parts[0] == "s" else None
        if entry is None:
            raise errors.bad_cursor(cursor)
        opened, known_key, order = entry
        if known_key != key or (self.lifetime is not None and self._clock() - opened > self.lifetime):
            raise errors.bad_cursor(cursor)
        return parts[1], order, parts[2]

    def expire_all(self) -> None:
        """Every cursor given out so far answers 400 from now on."""
        self._sessions.clear()
