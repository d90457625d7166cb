"""Hops from the event loop to the database and back.

django-q2 and Django replace a lost connection between tasks only; a drain is one long task, so every hop does
it for itself, until the lease is over.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection

from apps.jobs.conf import job_settings
from apps.jobs.errors import LeaseLost
from apps.jobs.lease import RETRY_EVERY, Lease

R = TypeVar("R")
LOST = (OperationalError, InterfaceError)


class Patience:
    """How long one hop is repeated: while the lease holds, but not longer than a whole lease in a row."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._until = time.monotonic() + job_settings().lease

    def end(self, error: Exception) -> None:
        """Raise when the time is over: :class:`LeaseLost`, or the error itself if the lease holds."""
        if not self._lease.holds():
            raise LeaseLost("The database could not be reached until the lease was over.") from error
        if time.monotonic() > self._until:
            raise error


def surviving(lease: Lease, function: Callable[[], R]) -> R:
    """Call a function that talks to the database; for plain sync code. It may be called more than once."""
    patience = Patience(lease)
    while True:
        try:
            return function()
        except LOST as error:
            connection.close()
            patience.end(error)
            time.sleep(RETRY_EVERY)


class Hops:
    """One thread with one connection. What runs there sees the context (so the scope) of its caller.

    A function may be called more than once: when the connection is lost, it is repeated on a new one.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self.repeated = 0

    async def __call__(self, function: Callable[..., R], *args: Any) -> R:
        patience = Patience(self._lease)
        while True:
            try:
                return await self.once(function, *args)
            except LOST as error:
                await self.once(_close_connection)
                patience.end(error)
                self.repeated += 1
                await asyncio.sleep(RETRY_EVERY)

    async def once(self, function: Callable[..., R], *args: Any) -> R:
        call = partial(copy_context().run, function, *args)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def close(self) -> None:
        await self.once(_close_connection)
        self._thread.shutdown(wait=False)


def _close_connection() -> None:
    connection.close()  # looked up in the thread that it runs in, whose connection it is
