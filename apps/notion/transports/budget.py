"""Keeps a connection inside Notion's request limit without wasting any of it.

Source: https://developers.notion.com/reference/request-limits: a fixed window of 60 s, 180 or 600 requests
by plan. The window's phase is not known, so a sliding window of the same length is kept: whatever 60 s Notion
looks at, they hold no more calls than allowed. A call counts from when it is sent until one window after its
*answer* arrived, because Notion counted it somewhere between these two moments.
"""

import asyncio
from bisect import insort
from collections import deque
from dataclasses import dataclass
from itertools import count
from math import inf
from time import monotonic

from apps.notion.errors import CircuitOpen, NotionError, Overloaded, RateLimited
from apps.notion.transports.base import Call, Clock, Json, Priority, Sleep, Transport
from apps.notion.transports.ceiling import AdaptiveCeiling

KEPT_WINDOWS = 60  # of history
DEFAULT_PAUSE = 10.0  # seconds, for a refusal that does not say how long
LONGEST_PAUSE = 900.0
MARGIN = 0.5  # seconds added to a pause: Notion names whole seconds
NOT_OURS = ("_space_request_rate_limit", "_endpoint_rate_limit")
"""Ends of `rate_limit_reason`: the limit of the workspace with all its connections, or of one endpoint."""
_NOW = 1e-6  # waits below this are rounding


@dataclass(slots=True)
class WindowUse:
    """What happened in one window; `began` is on the budget's clock."""

    began: float
    calls: int = 0
    slowed: int = 0


class _Waiter:
    __slots__ = ("order", "turn")

    def __init__(self, order: tuple[int, int]) -> None:
        self.order = order
        self.turn: asyncio.Future[None] | None = None

    def __lt__(self, other: "_Waiter") -> bool:
        return self.order < other.order


class RateBudget:
    """The calls that one connection may still make. For one event loop; times in seconds.

    Calls go out evenly paced after a burst of `burst`. `burst_at_start=False` is for a connection that was in
    use elsewhere a moment ago (a lane that changed hands): pacing alone then keeps the sum inside the limit.
    `reserve` calls per window are left to interactive calls and to other processes, whose calls are reported
    with `debit`. `slowed` counts the refusals (429).
    """

    def __init__(
        self,
        limit: int = 180,
        window: float = 60.0,
        *,
        burst: int = 10,
        burst_at_start: bool = True,
        reserve: int = 0,
        clock: Clock = monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if limit < 1 or window <= 0 or burst < 1 or not 0 <= reserve < limit:
            raise ValueError("A budget needs limit >= 1, window > 0, burst >= 1 and 0 <= reserve < limit.")
        self.limit = limit
        self.window = window
        self.slowed = 0
        self._burst = burst
        self._reserve = reserve
        self._clock = clock
        self._sleep = sleep
        self._ceiling = AdaptiveCeiling(limit, window)
        self._log: deque[float] = deque()
        self._in_flight = 0
        self._began = clock()
        self._resumes = self._began
        self._next_pace = self._began  # when the even pace alone would send the next call
        self._history: deque[WindowUse] = deque(maxlen=KEPT_WINDOWS)
        self._waiting: list[_Waiter] = []
        self._arrival = count()
        if not burst_at_start:
            self._forgo_burst(self._began)

    def used(self) -> int:
        """Calls in flight or answered within the last window."""
        self._forget(self._clock())
        return len(self._log) + self._in_flight

    def ceiling(self) -> int:
        """The limit, or less while Notion refuses earlier."""
        return self._ceiling.at(self._clock())

    def remaining(self) -> int:
        return max(0, self.ceiling() - self.used())

    def resets_in(self) -> float:
        """Seconds until the whole budget is free again, if no further call is made; 0 when it is free."""
        now = self._clock()
        self._forget(now)
        last = self._log[-1] + self.window if self._log else now
        if self._in_flight:
            last = now + self.window
        return max(last, self._resumes, now) - now

    def paused_for(self) -> float:
        """Seconds for which Notion asked for silence; 0 when calls may go out."""
        return max(0.0, self._resumes - self._clock())

    @property
    def history(self) -> tuple[WindowUse, ...]:
        """The last windows in which something happened, oldest first."""
        return tuple(self._history)

    def debit(self, calls: int) -> None:
        """Count calls that another process made with the same connection."""
        now = self._clock()
        self._log.extend([now] * calls)
        self._use(now).calls += calls

    def note_refusal(self) -> None:
        """Notion answered 429: count it, for people to see."""
        self.slowed += 1
        self._use(self._clock()).slowed += 1

    def pause(self, seconds: float | None, *, lower: bool) -> None:
        """Notion refused a call. Nothing goes out for `seconds`; afterwards there is no burst.

        `lower`: the refusal tells of this connection's limit, so a refusal below it lowers the ceiling. That
        is believed only when the log covers a whole window, and once per pause.
        """
        now = self._clock()
        if lower and now >= self._resumes and now - self._began >= self.window:
            self._forget(now)
            self._ceiling.lower(now, len(self._log))
        wait = min(DEFAULT_PAUSE if seconds is None else seconds + MARGIN, LONGEST_PAUSE)
        self._resumes = max(self._resumes, now + wait)
        self._forgo_burst(self._resumes)

    async def acquire(self, priority: Priority = Priority.BACKGROUND) -> None:
        """Wait until a call may be sent, and take its place. Pair with `release`."""
        if not self._waiting and self._delay(priority) <= _NOW:
            self._take()
            return
        waiter = _Waiter((priority, next(self._arrival)))
        insort(self._waiting, waiter)
        try:
            await self._wait(waiter, priority)
            self._take()
        finally:
            self._waiting.remove(waiter)
            self._wake_first()

    def release(self, *, sent: bool = True) -> None:
        """The call is over. `sent=False`: it never left, so it does not count."""
        self._in_flight -= 1
        if sent:
            now = self._clock()
            self._log.append(now)
            self._use(now).calls += 1
        self._wake_first()

    async def _wait(self, waiter: _Waiter, priority: Priority) -> None:
        # Only the first in line watches the clock; the others sleep until they are first.
        while True:
            delay = self._delay(priority) if self._waiting[0] is waiter else inf
            if delay <= _NOW:
                return
            if delay < inf:
                await self._sleep(delay)
            else:
                waiter.turn = asyncio.get_running_loop().create_future()
                await waiter.turn
                waiter.turn = None

    def _wake_first(self) -> None:
        if self._waiting and (turn := self._waiting[0].turn) is not None and not turn.done():
            turn.set_result(None)

    def _take(self) -> None:
        self._in_flight += 1
        now = self._clock()
        self._next_pace = max(self._next_pace, now) + self._interval(now)

    def _interval(self, now: float) -> float:
        return self.window / self._ceiling.at(now)

    def _forgo_burst(self, now: float) -> None:
        self._next_pace = max(self._next_pace, now + (self._burst - 1) * self._interval(now))

    def _delay(self, priority: Priority) -> float:
        """Seconds until a call of this priority may go; inf when only an answer in flight can tell."""
        now = self._clock()
        self._forget(now)
        paced = self._next_pace - (self._burst - 1) * self._interval(now) - now
        allowed = max(1, self._ceiling.at(now) - (self._reserve if priority is Priority.BACKGROUND else 0))
        excess = len(self._log) + self._in_flight + 1 - allowed
        if excess > len(self._log):
            return inf
        freed = self._log[excess - 1] + self.window - now if excess > 0 else 0.0
        return max(0.0, paced, freed, self._resumes - now)

    def _forget(self, now: float) -> None:
        horizon = now - self.window
        while self._log and self._log[0] <= horizon:
            self._log.popleft()

    def _use(self, now: float) -> WindowUse:
        began = self._began + (now - self._began) // self.window * self.window
        if not self._history or self._history[-1].began < began:
            self._history.append(WindowUse(began))
        return self._history[-1]


class BudgetTransport:
    """Sends when the budget allows. Below the retries, so that every attempt pays."""

    def __init__(self, inner: Transport, budget: RateBudget) -> None:
        self._inner = inner
        self._budget = budget

    async def send(self, call: Call) -> Json:
        await self._budget.acquire(call.priority)
        sent = True
        try:
            return await self._inner.send(call)
        except CircuitOpen:
            sent = False
            raise
        except (RateLimited, Overloaded) as error:
            self._refused(error)
            raise
        finally:
            self._budget.release(sent=sent)

    def _refused(self, error: NotionError) -> None:
        """Every reason stops the whole lane; only the connection's own limit says something about its ceiling."""
        limited = isinstance(error, RateLimited)
        if limited:
            self._budget.note_refusal()
        reason = str(error.additional_data.get("rate_limit_reason", ""))
        self._budget.pause(error.retry_after, lower=limited and not reason.endswith(NOT_OURS))
