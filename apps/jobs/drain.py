"""The ``io`` cluster's one task: take lanes, run them in one event loop, give them back."""

import asyncio
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from functools import partial

import uvloop

from apps.jobs.committer import Committer
from apps.jobs.conf import job_settings
from apps.jobs.errors import LeaseLost
from apps.jobs.hops import Hops
from apps.jobs.lanes import LaneRun
from apps.jobs.lease import Lease
from apps.jobs.leases import HeldLane, drop_unknown_lanes, lease_lanes, postpone_lane, work_waits
from apps.jobs.ledger import HeldJob
from apps.jobs.models import Cluster, Job
from apps.jobs.runner import ring
from apps.jobs.shift import Shift, stop_requested

logger = logging.getLogger(__name__)
AT_ONCE = 100
IDLE = 1.0
BROKEN_LANE_RESTS = 30.0


@contextmanager
def rare_collections() -> Iterator[None]:
    """Answers are made of objects that die at once: looking for cycles among them costs a tenth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def drain() -> None:
    """What a doorbell of the ``io`` cluster starts."""
    with Lease(Cluster.IO) as lease:
        serve_lanes(lease, Shift(Cluster.IO))
    if not stop_requested() and work_waits(Cluster.IO):
        ring(Cluster.IO)


def serve_lanes(lease: Lease, shift: Shift, *, only: Job | None = None) -> None:
    """Until there is no work, in a loop that costs an exchange a tenth less than asyncio's own."""
    uvloop.run(Drain(lease, shift, idle=IDLE, only=only).run())


class Drain:
    """One event loop over many lanes. Ends after ``idle`` seconds without work, or with its shift or lease.

    ``only`` limits it to the lane of one job.
    """

    def __init__(self, lease: Lease, shift: Shift, *, idle: float, only: Job | None = None) -> None:
        self._lease = lease
        self._only = only
        self._shift = shift
        self._idle = idle
        self._settings = job_settings()
        self._lanes: dict[asyncio.Task[None], HeldLane] = {}
        self._hops = Hops(lease)
        self._committer = Committer(self._hops)
        self._repeated = 0

    async def run(self) -> None:
        committing = asyncio.create_task(self._committer.run())
        try:
            with rare_collections():
                await self._serve()
        except LeaseLost:
            logger.warning("drain ends without its lease", extra={"runner": self._lease.runner_id})
        finally:
            for task in self._lanes:
                task.cancel()
            await asyncio.gather(*self._lanes, return_exceptions=True)
            committing.cancel()
            await asyncio.gather(committing, return_exceptions=True)
            await self._hops.close()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        busy = loop.time()
        while self._lease.holds():
            over = self._shift.over()
            taken = 0 if over else await self._take()
            await self._clear()
            if self._lanes:
                busy = loop.time()
            elif over or loop.time() - busy >= self._idle:
                return
            if self._shift.out_of_patience():
                logger.warning("lanes cut off at their last checkpoint", extra={"lanes": len(self._lanes)})
                return
            if taken < AT_ONCE:
                await self._pause()

    async def _take(self) -> int:
        room = min(self._settings.lanes_per_worker - len(self._lanes), AT_ONCE)
        if room <= 0:
            return 0
        taken = await self._hops(lease_lanes, self._lease.runner_id, room, self._only)
        for lane, job in taken:
            self._start(lane, job)
        if self._hops.repeated != self._repeated:
            # An answer may have been lost on the way, and with it the lanes that it told.
            self._repeated = self._hops.repeated
            await self._hops(drop_unknown_lanes, self._lease.runner_id, [lane.id for lane in self._lanes.values()])
        return len(taken)

    def _start(self, lane: HeldLane, job: HeldJob) -> None:
        run = LaneRun(lane, self._lease, self._shift, self._hops, self._committer)
        # A context of its own: no scope of whoever started the drain gets in.
        self._lanes[asyncio.create_task(run.run(job), context=Context())] = lane

    async def _clear(self) -> None:
        """Forget lanes that have ended; one that broke outside its jobs rests before anybody tries it again."""
        for task in [task for task in self._lanes if task.done()]:
            lane = self._lanes.pop(task)
            if (error := task.exception()) is not None:
                logger.error("lane broke", exc_info=error, extra={"lane": lane.key})
                await self._committer.commit(partial(postpone_lane, lane, BROKEN_LANE_RESTS))

    async def _pause(self) -> None:
        """Until the next look; shorter when a lane ends, so that its place is taken soon."""
        if self._lanes:
            await asyncio.wait(self._lanes, timeout=self._settings.poll, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(min(self._settings.poll, self._idle))
