"""One lane in a runner's event loop: its resource is opened once, its jobs run one after the other."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.core.tenancy import scope
from apps.jobs.committer import Committer
from apps.jobs.conf import job_settings
from apps.jobs.errors import DeadlyJob, LeaseLost
from apps.jobs.hops import Hops
from apps.jobs.lease import Lease
from apps.jobs.leases import HeldLane, next_job, release_lane
from apps.jobs.ledger import HeldJob
from apps.jobs.registry import kind_of
from apps.jobs.run import JobRun
from apps.jobs.shift import Shift
from apps.jobs.verdict import Verdict, judge

logger = logging.getLogger(__name__)
MAX_DEATHS = 5
DEADLY = (
    f"The worker stopped {MAX_DEATHS} times during this job without any progress, so it was not started again. "
    "What it had finished is kept. Tell whoever runs this installation before you retry it."
)


@dataclass(frozen=True, slots=True)
class LaneAccess:
    """What the opener of ``settings.JOBS["lane_opener"]`` is told about the lane that it opens.

    ``db`` hops to the database in the lane's scope; ``check_lease`` raises ``LeaseLost`` and is to be asked
    before each call to the other side.
    """

    key: str
    organization_id: int
    db: Callable[..., Awaitable[Any]]
    check_lease: Callable[[], None]


Opener = Callable[[LaneAccess], AbstractAsyncContextManager[Any]]


class LaneRun:
    """Runs a held lane until it is empty, the shift is over or the lease is lost."""

    def __init__(self, lane: HeldLane, lease: Lease, shift: Shift, hops: Hops, committer: Committer) -> None:
        self.lane = lane
        self._lease = lease
        self._shift = shift
        self._hops = hops
        self._committer = committer
        self._opened = AsyncExitStack()
        self._resource: Any = None
        self._is_open = False

    async def run(self, first: HeldJob) -> None:
        with (
            scope(self.lane.organization_id),
            structlog.contextvars.bound_contextvars(lane=self.lane.key, runner=self.lane.runner_id),
        ):
            try:
                async with self._opened:
                    await self._work(first)
            except LeaseLost:
                logger.warning("lane lost")

    async def _work(self, held: HeldJob | None) -> None:
        while held is not None:
            await self._run_job(held)
            if self._shift.over():
                await self._committer.commit(partial(release_lane, self.lane))
                return
            self._lease.check()
            held = await self._committer.commit(partial(next_job, self.lane))

    async def _run_job(self, held: HeldJob) -> None:
        run = JobRun(held, None, self._lease, self._shift, self._hops, self._committer)
        with structlog.contextvars.bound_contextvars(job=held.job.public_id, kind=held.job.kind):
            verdict = judge(held.job, run.ending(await self._error_of(run)), timezone.now())
            try:
                await self._finish(run, verdict)
            except LeaseLost:
                raise
            except Exception as unwritable:
                await self._finish(run, judge(held.job, run.ending(unwritable), timezone.now()))

    async def _error_of(self, run: JobRun) -> Exception | None:
        try:
            refuse_deadly(run.job.deaths)
            kind = kind_of(run.job.kind)
            if kind.opens:
                run.resource = await self._open()
            await kind.function(run)
        except Exception as error:
            return error
        return None

    async def _open(self) -> Any:
        """The lane's resource. A failure to open it is the failure of the job that needed it."""
        path = job_settings().lane_opener
        if path is not None and not self._is_open:
            opener: Opener = import_string(path)
            access = LaneAccess(self.lane.key, self.lane.organization_id, self._hops, self._lease.check)
            self._resource = await self._opened.enter_async_context(opener(access))
            self._is_open = True
        return self._resource

    async def _finish(self, run: JobRun, verdict: Verdict) -> None:
        report(verdict)
        await run.finish(verdict)


def refuse_deadly(deaths: int) -> None:
    if deaths >= MAX_DEATHS:
        raise DeadlyJob(DEADLY)


def report(verdict: Verdict) -> None:
    """Log an error that nobody foresaw, with its traceback; it becomes a dead letter."""
    if verdict.unexpected is not None:
        logger.error("job failed unexpectedly", exc_info=verdict.unexpected)
