"""Repeats calls that failed for a reason that passes.

Outermost layer: what it repeats goes through the rate budget again, so that no attempt is free.
"""

import asyncio
import random
from dataclasses import dataclass
from time import monotonic

from apps.notion.errors import NotionError, Overloaded, RateLimited, Repeat
from apps.notion.transports.base import Call, Clock, Json, Sleep, Transport


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to insist. Seconds.

    Waits grow from `base` to `cap`, each drawn evenly between nothing and that value ("full jitter").
    A fault is tried `attempts` times in all. A pause that Notion asks for is no fault: it is waited out as
    often as needed. Neither goes on when the next attempt would begin later than `patience` after the first.
    """

    attempts: int = 6
    base: float = 1.0
    cap: float = 60.0
    patience: float = 600.0

    def ceiling(self, repeats: int) -> float:
        return min(self.cap, self.base * 2.0 ** min(repeats, 32))


class RetryTransport:
    """Tells the listener `call.repeated` before each wait, then `call.recovered` or `call.given_up`."""

    def __init__(
        self,
        inner: Transport,
        policy: RetryPolicy | None = None,
        *,
        clock: Clock = monotonic,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
    ) -> None:
        self._inner = inner
        self._policy = policy or RetryPolicy()
        self._clock = clock
        self._sleep = sleep
        self._rng = rng or random.Random()

    async def send(self, call: Call) -> Json:
        began = self._clock()
        faults = repeats = 0
        failure: NotionError | None = None
        waited = 0.0
        while True:
            try:
                answer = await self._inner.send(call)
            except NotionError as error:
                failure = error
            else:
                if failure is not None:
                    call.tell("call.recovered", message=_recovered(failure, waited), repeats=repeats)
                return answer
            faults += not isinstance(failure, RateLimited | Overloaded)
            wait = self._wait(failure, repeats)
            if not self._goes_on(call, failure, faults, self._clock() - began + wait):
                if repeats:
                    call.tell("call.given_up", message=f"{failure}", repeats=repeats)
                raise failure
            repeats += 1
            waited += wait
            call.tell("call.repeated", message=_repeating(failure, wait), wait=wait, repeats=repeats)
            await self._sleep(wait)

    def _wait(self, failure: NotionError, repeats: int) -> float:
        jitter = self._rng.uniform(0.0, self._policy.ceiling(repeats))
        if failure.retry_after is None:
            return jitter
        return failure.retry_after + min(jitter, 1.0)

    def _goes_on(self, call: Call, failure: NotionError, faults: int, next_attempt: float) -> bool:
        if failure.repeat is Repeat.NEVER or (failure.repeat is Repeat.IF_REPEATABLE and not call.repeatable):
            return False
        return faults < self._policy.attempts and next_attempt <= self._policy.patience


def _repeating(failure: NotionError, wait: float) -> str:
    return f"{_short(failure)}; trying again in {wait:.1f} s."


def _recovered(failure: NotionError, waited: float) -> str:
    return f"{_short(failure)}; tried again after {waited:.1f} s and succeeded."


def _short(failure: NotionError) -> str:
    if failure.status is None:
        return failure.explanation.rstrip(".")
    return f"Notion answered {failure.status} {failure.code}".rstrip()
