"""Group commit: many lanes, one writer.

What was handed in while the last transaction ran goes into the next one. Without it, checkpoints of hundreds of
lanes queue for the write lock, and so do the beats.
"""

import asyncio
import time
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection, transaction

from apps.jobs.hops import LOST, Hops

R = TypeVar("R")
Outcome = tuple[bool, Any]
AT_ONCE = 50
REST = 0.25
"""SQLite's one write lock goes to whoever happens to ask while it is free, and who waits asks every 0.1 s: a
committer that never rested would starve the beats and all other processes."""


@dataclass(slots=True)
class Unit:
    """What one caller wants written: all of it or nothing, in the context that it came from."""

    function: Callable[[], Any]
    answer: asyncio.Future[Any]
    context: Context = field(default_factory=copy_context)

    def settle(self, outcome: Outcome) -> None:
        good, value = outcome
        if self.answer.done():
            return
        if good:
            self.answer.set_result(value)
        else:
            self.answer.set_exception(value)


class Committer:
    """Units of one transaction succeed together; if one fails, each is repeated alone.

    A unit may run more than once (also after its commit, when the answer was lost), so it must be written such
    that the second time changes nothing: see :func:`apps.jobs.ledger.fenced`.
    """

    def __init__(self, hops: Hops) -> None:
        self._hops = hops
        self._units: list[Unit] = []
        self._wake = asyncio.Event()
        self._rest = REST if connection.vendor == "sqlite" else 0.0
        self.transactions = 0

    async def commit(self, function: Callable[[], R]) -> R:
        """Run a function in the next transaction. Raises what it raises."""
        unit = Unit(function, asyncio.get_running_loop().create_future())
        self._units.append(unit)
        self._wake.set()
        answer: R = await unit.answer
        return answer

    async def run(self) -> None:
        """Commit until cancelled."""
        while True:
            await self._wake.wait()
            began = time.monotonic()
            units, self._units = self._units[:AT_ONCE], self._units[AT_ONCE:]
            if not self._units:
                self._wake.clear()
            for unit, outcome in zip(units, await self._commit(units), strict=True):
                unit.settle(outcome)
            await asyncio.sleep((time.monotonic() - began) * self._rest)

    async def _commit(self, units: list[Unit]) -> list[Outcome]:
        self.transactions += 1
        try:
            return await self._hops(_together, units)
        except LOST:
            # For a whole lease this transaction did not go through although beats did: find whose fault it is.
            return [await self._last_try(unit) for unit in units]
        except Exception as error:
            return [(False, error)] * len(units)

    async def _last_try(self, unit: Unit) -> Outcome:
        try:
            return await self._hops.once(_alone, unit)
        except LOST as error:
            return False, error


def _together(units: list[Unit]) -> list[Outcome]:
    try:
        with transaction.atomic():
            return [(True, unit.context.run(unit.function)) for unit in units]
    except LOST:
        raise
    except Exception:
        return [_alone(unit) for unit in units]


def _alone(unit: Unit) -> Outcome:
    try:
        with transaction.atomic():
            return True, unit.context.run(unit.function)
    except LOST:
        raise
    except Exception as error:
        return False, error
