"""What a job function gets: :class:`JobRun` (async, ``io``) and its twin :class:`ComputeRun` (plain, ``cpu``).

A function reads what it has to do from ``run.params``, writes what it got through ``run.checkpoint`` and returns
when it is done. When ``run.stopping`` is true it returns at its next checkpoint and is called again later.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

from apps.jobs.committer import Committer
from apps.jobs.errors import CancelledByUser
from apps.jobs.hops import Hops, surviving
from apps.jobs.lease import Lease
from apps.jobs.ledger import HeldJob, change, fenced, log, log_all
from apps.jobs.models import Job, Level
from apps.jobs.reconciliation import Counts, reconciliation
from apps.jobs.shift import Shift
from apps.jobs.unmet import UnmetObject
from apps.jobs.verdict import Ending, Verdict

R = TypeVar("R")
Write = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a checkpoint says besides its rows; None leaves a column as it is.

    ``counts``: ``{kind: {"seen", "done", "skipped", "capped", "failed"}}``, always the whole of it; unless given
    otherwise, ``total`` and ``done`` follow from it. ``budget``: the lane's rate budget, as the job page shows it.
    """

    done: int | None = None
    total: int | None = None
    stage: str | None = None
    counts: Counts | None = None
    budget: Mapping[str, Any] | None = None

    def columns(self) -> dict[str, Any]:
        columns = {name: getattr(self, name) for name in ("done", "total", "stage", "counts", "budget")}
        if self.counts is not None:
            counted = reconciliation(self.counts).total
            columns["total"] = counted.seen if self.total is None else self.total
            columns["done"] = counted.seen - counted.left if self.done is None else self.done
        return {name: value for name, value in columns.items() if value is not None}


class _Run:
    """What both twins share; nothing here touches the database."""

    def __init__(self, held: HeldJob, resource: Any, lease: Lease, shift: Shift) -> None:
        self.job: Job = held.job
        self.params: dict[str, Any] = held.job.params
        self.resource = resource
        self.result: dict[str, Any] = {}
        self._held = held
        self._lease = lease
        self._shift = shift
        self._gap = ""
        self._told = False

    @property
    def stopping(self) -> bool:
        """Whether to return at the next checkpoint. Who has read True and returns has not finished."""
        self._told = self._told or self.cancelled or self._shift.over()
        return self._told

    @property
    def cancelled(self) -> bool:
        return self.job.pk in self._lease.cancelled

    def raise_if_cancelled(self) -> None:
        if self.cancelled:
            raise CancelledByUser

    def check_lease(self) -> None:
        """Raise ``LeaseLost`` unless this job is surely still ours: to be asked before each call to Notion."""
        self._lease.check()

    def incomplete(self, gap: str) -> None:
        """The job will end incomplete, whatever its counts say. ``gap`` ends the sentence “Incomplete: …”."""
        self._gap = gap

    def ending(self, error: Exception | None) -> Ending:
        return Ending(error, self._told, self.cancelled, self._gap, self.result)

    def _with_unmet(self, write: Write | None, unmet: Sequence[UnmetObject]) -> Write:
        def both() -> None:
            if write is not None:
                write()
            log_all(self.job.pk, [one.line() for one in unmet])

        return both

    def _write_verdict(self, verdict: Verdict) -> None:
        if verdict.change is not None:
            change(self.job, verdict.change, verdict.message, level=verdict.level, **verdict.data)


class JobRun(_Run):
    """One run of an ``io`` job, in its lane's event loop. ``resource`` is what the lane opener gave."""

    def __init__(
        self, held: HeldJob, resource: Any, lease: Lease, shift: Shift, hops: Hops, committer: Committer
    ) -> None:
        super().__init__(held, resource, lease, shift)
        self._hops = hops
        self._committer = committer
        self._turn = asyncio.Lock()

    async def db(self, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Call a function that reads the database, in the organization's scope. It may be called twice."""
        return await self._hops(partial(function, *args, **kwargs))

    async def checkpoint(
        self, write: Write | None = None, *, unmet: Sequence[UnmetObject] = (), **progress: Any
    ) -> None:
        """Commit ``write()`` and the progress (:class:`Progress`) in one transaction, with those of other lanes.

        ``unmet``: objects that could not be done, an event each. What was committed is never done again, whatever
        happens to this process. ``write`` may be called twice. Raises ``LeaseLost`` if the job is somebody else's
        now; let it through.
        """
        columns = Progress(**progress).columns()
        await self._write(self._with_unmet(write, unmet), deaths=0, **columns)
        for name, value in columns.items():
            setattr(self.job, name, value)

    async def event(self, level: str, message: str, **data: Any) -> None:
        """Append a line to the job's log: ``level`` is ``info``, ``warning`` or ``error``."""
        await self._write(partial(log, self.job.pk, Level(level), message, data))

    async def finish(self, verdict: Verdict) -> None:
        """Write the end of this run; for the lane, not for job functions."""
        if verdict.change is not None:
            await self._write(partial(self._write_verdict, verdict))

    async def _write(self, write: Write, **columns: Any) -> None:
        self.check_lease()
        # Shielded: a cancelled caller must not lose count of a write that is committed nevertheless.
        writing = asyncio.ensure_future(self._write_in_turn(write, columns))
        writing.add_done_callback(_seen)
        await asyncio.shield(writing)

    async def _write_in_turn(self, write: Write, columns: dict[str, Any]) -> None:
        async with self._turn:
            held = self._held
            await self._committer.commit(partial(fenced, held, held.position, write, **columns))
            held.position += 1


class ComputeRun(_Run):
    """One run of a ``cpu`` job, alone in its process: the same names as :class:`JobRun`, without ``await``."""

    def db(self, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        """Call a function that reads the database. It may be called twice."""
        return surviving(self._lease, partial(function, *args, **kwargs))

    def checkpoint(self, write: Write | None = None, *, unmet: Sequence[UnmetObject] = (), **progress: Any) -> None:
        """Commit ``write()`` and the progress in one transaction; see :meth:`JobRun.checkpoint`."""
        columns = Progress(**progress).columns()
        self._write(self._with_unmet(write, unmet), deaths=0, **columns)
        for name, value in columns.items():
            setattr(self.job, name, value)

    def event(self, level: str, message: str, **data: Any) -> None:
        """Append a line to the job's log."""
        self._write(partial(log, self.job.pk, Level(level), message, data))

    def finish(self, verdict: Verdict) -> None:
        """Write the end of this run; for the cluster, not for job functions."""
        if verdict.change is not None:
            self._write(partial(self._write_verdict, verdict))

    def _write(self, write: Write, **columns: Any) -> None:
        self.check_lease()
        surviving(self._lease, partial(self._write_once, write, columns))
        self._held.position += 1

    def _write_once(self, write: Write, columns: dict[str, Any]) -> None:
        with transaction.atomic():
            fenced(self._held, self._held.position, write, **columns)


def _seen(writing: asyncio.Future[None]) -> None:
    """Mark the error of a write whose caller is gone as noticed; the next write meets it again."""
    if not writing.cancelled():
        writing.exception()
