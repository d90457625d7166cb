"""How many calls a window really bears, learnt from Notion's refusals."""

from math import inf

HOLD = 5  # windows that a lowered ceiling is kept at first
LONGEST_HOLD = 60
RECOVERY = 0.1  # share of the limit that comes back per window afterwards
FLOOR = 0.1  # share of the limit below which a refusal is not about our rate


class AdaptiveCeiling:
    """The limit, lowered when Notion refuses earlier and given back slowly. Times in seconds, passed in.

    A refusal at `seen` calls lowers it to that number, but at most by half and never below a tenth: refusals
    have other causes too (somebody else's use of the same key). Being refused again while the ceiling is being
    given back doubles the time for which it is kept.
    """

    def __init__(self, limit: int, window: float) -> None:
        self.limit = limit
        self._window = window
        self._lowered_to = limit
        self._lowered_at = -inf
        self._hold = HOLD

    def at(self, now: float) -> int:
        if self._lowered_to >= self.limit:
            return self.limit
        windows = (now - self._lowered_at) / self._window - self._hold
        back = max(0.0, windows) * RECOVERY * self.limit
        return min(self.limit, self._lowered_to + int(back))

    def lower(self, now: float, seen: int) -> None:
        current = self.at(now)
        if seen >= current:
            return
        quiet = (now - self._lowered_at) / self._window
        if quiet > 2 * (self._hold + 1 / RECOVERY):
            self._hold = HOLD
        elif quiet > self._hold:
            self._hold = min(self._hold * 2, LONGEST_HOLD)
        self._lowered_to = max(seen, current // 2, int(self.limit * FLOOR), 1)
        self._lowered_at = now
