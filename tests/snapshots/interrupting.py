"""Running a capture in short pieces: stopped at a checkpoint, or cut off in the middle of anything."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from apps.jobs.drain import Drain
from apps.jobs.lease import Lease
from apps.jobs.leases import work_waits
from apps.jobs.models import Cluster
from apps.jobs.shift import Shift


class ShortShift(Shift):
    """Over after it was looked at a number of times: each turn of the walk looks once or twice."""

    def __init__(self, looks: int) -> None:
        super().__init__(Cluster.IO)
        self._looks = looks

    def over(self) -> bool:
        self._looks -= 1
        return self._looks <= 0 or super().over()


def run_in_pieces(dice: random.Random, *, cut: bool, rounds: int = 400) -> int:
    """Run the queued jobs to their end; how many pieces it took. ``cut``: end each piece by cancelling its tasks."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(_run, dice, cut, rounds).result()


def _run(dice: random.Random, cut: bool, rounds: int) -> int:
    try:
        for piece in range(rounds):
            if not work_waits(Cluster.IO):
                return piece
            with Lease(Cluster.IO) as lease:
                if cut:
                    asyncio.run(_cut_off(lease, dice.uniform(0.02, 0.1)))
                else:
                    asyncio.run(Drain(lease, ShortShift(dice.randint(2, 9)), idle=0.0).run())
        raise AssertionError(f"Jobs still wait after {rounds} pieces.")
    finally:
        connections.close_all()


def run_a_piece(dice: random.Random) -> bool:
    """Run the queued jobs for a few turns; whether some still wait."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(_run_once, dice).result()


def _run_once(dice: random.Random) -> bool:
    try:
        if work_waits(Cluster.IO):
            with Lease(Cluster.IO) as lease:
                asyncio.run(Drain(lease, ShortShift(dice.randint(2, 9)), idle=0.0).run())
        return work_waits(Cluster.IO)
    finally:
        connections.close_all()


async def _cut_off(lease: Lease, after: float) -> None:
    """As when the process ends without notice, except that its tasks are told."""
    drain = asyncio.create_task(Drain(lease, Shift(Cluster.IO), idle=0.0).run())
    await asyncio.wait([drain], timeout=after)
    drain.cancel()
    await asyncio.gather(drain, return_exceptions=True)
