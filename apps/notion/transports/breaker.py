"""Stops asking a Notion that does not answer, and finds out carefully when it does again.

Innermost layer above the network, below the budget: the check is made at the moment of sending, and a call
that is held back here costs no budget.
"""

from time import monotonic

from apps.notion.errors import (
    CircuitOpen,
    ConnectionLost,
    MalformedResponse,
    NotionError,
    Overloaded,
    ServerFault,
)
from apps.notion.transports.base import Call, Clock, Json, Transport

_BROKEN = (ServerFault, ConnectionLost, MalformedResponse)
_QUESTIONS = 3
_SIMPLEST = Call("GET", "/v1/users/me", repeatable=True)


class BreakerTransport:
    """Opens after `threshold` failed calls in a row that stretch over at least `period` seconds, if then
    `GET /v1/users/me` fails three times as well.

    The period keeps a hiccup that hits many parallel calls at once from counting as an outage, and the simplest
    of questions keeps a few broken objects from counting as one: at the end of a capture only they are asked
    for. The question is not counted in the budget: it comes at most once per period, which the reserve bears.

    Open for `rest` seconds, then one call is let through to probe; each failed probe doubles the rest up to
    `longest_rest`. Raises `CircuitOpen` with the seconds to wait in `retry_after`.
    """

    def __init__(
        self,
        inner: Transport,
        *,
        threshold: int = 10,
        period: float = 20.0,
        rest: float = 30.0,
        longest_rest: float = 300.0,
        clock: Clock = monotonic,
    ) -> None:
        self._inner = inner
        self._threshold = threshold
        self._period = period
        self._first_rest = rest
        self._longest_rest = longest_rest
        self._clock = clock
        self._failures = 0
        self._failing_since = 0.0
        self._rest = rest
        self._open_until: float | None = None
        self._probing = False
        self._asking = False

    @property
    def is_open(self) -> bool:
        return self._open_until is not None

    async def send(self, call: Call) -> Json:
        probe = self._admit()
        try:
            answer = await self._inner.send(call)
        except _BROKEN:
            await self._failed(call, probe=probe)
            raise
        except Overloaded:
            raise  # Notion lives, but this says nothing about its health
        except NotionError:
            self._answered(call, probe=probe)
            raise
        else:
            self._answered(call, probe=probe)
            return answer
        finally:
            if probe:
                self._probing = False

    def _admit(self) -> bool:
        """True when this call is the probe. Raises `CircuitOpen`."""
        if self._open_until is None:
            return False
        left = self._open_until - self._clock()
        if left > 0 or self._probing:
            raise CircuitOpen(retry_after=max(left, 1.0))
        self._probing = True
        return True

    async def _failed(self, call: Call, *, probe: bool) -> None:
        if not probe and not self._enough():
            return
        if await self._lives(call):
            self._answered(call, probe=probe)
        else:
            self._open(call, probe=probe)

    def _enough(self) -> bool:
        """Count a failed call; whether it is time to see if Notion answers at all."""
        if self._open_until is not None or self._asking:
            return False  # sent before the circuit opened, or somebody is finding out
        now = self._clock()
        if self._failures == 0:
            self._failing_since = now
        self._failures += 1
        return self._failures >= self._threshold and now - self._failing_since >= self._period

    async def _lives(self, call: Call) -> bool:
        """Whether Notion answers the simplest question, and only what was asked for is broken."""
        if call.path == _SIMPLEST.path:
            return False
        self._asking = True
        try:
            for _ in range(_QUESTIONS):
                if await self._answers():
                    return True
            return False
        finally:
            self._asking = False

    async def _answers(self) -> bool:
        try:
            await self._inner.send(_SIMPLEST)
        except _BROKEN:
            return False
        except NotionError:
            return True
        return True

    def _open(self, call: Call, *, probe: bool) -> None:
        if probe:
            self._rest = min(self._rest * 2, self._longest_rest)
        self._open_until = self._clock() + self._rest
        call.tell("circuit.opened", message=f"Notion does not answer; asking again in {self._rest:.0f} s.")

    def _answered(self, call: Call, *, probe: bool) -> None:
        if self._open_until is not None:
            if not probe:
                return
            self._open_until = None
            call.tell("circuit.closed", message="Notion answers again.")
        self._failures = 0
        self._rest = self._first_rest
