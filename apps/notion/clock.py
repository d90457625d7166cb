"""This machine's clock beside Notion's, which stands in the `Date` of every answer (RFC 9110, section 6.6.1)."""

import time
from email.utils import parsedate_to_datetime

Heard = tuple[float, str]


class Clocks:
    """Hearing a date costs nothing worth naming; it is read when somebody asks."""

    def __init__(self) -> None:
        self._first: Heard | None = None
        self._latest: Heard | None = None

    def begin(self) -> None:
        """Forget what was heard before now."""
        self._first = self._latest = None

    def hear(self, date: str | None) -> None:
        if date is not None:
            self._latest = (time.time(), date)
            if self._first is None:
                self._first = self._latest

    def ahead(self) -> float:
        """Seconds by which ours is ahead, the larger of the first and the latest; 0 where Notion told no date.

        What an answer took to arrive is in it. Negative when ours is behind.
        """
        return max((_ahead(*heard) for heard in (self._first, self._latest) if heard is not None), default=0.0)


def _ahead(ours: float, date: str) -> float:
    try:
        return ours - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return 0.0
