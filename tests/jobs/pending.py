"""Run what is queued to its end, in this process, by the same code as the clusters.

For tests of all rooms: ``run_pending()`` in a test marked ``django_db(transaction=True)``.
"""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from apps.jobs.compute import run_computing_jobs
from apps.jobs.drain import Drain
from apps.jobs.lease import Lease
from apps.jobs.leases import work_waits
from apps.jobs.models import Cluster
from apps.jobs.shift import Shift

CLOCK_STEP = 0.002
"""SQLite's clock counts milliseconds: what is due now may be due by its clock a moment later."""


def run_pending(*, rounds: int = 20) -> None:
    """Run jobs until none can run now, also those that other jobs put on. Retries that wait stay waiting.

    Works in a thread of its own, so that an open scope or event loop of the test does not reach the jobs.
    Fails when work is still left after ``rounds`` rounds.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_run_rounds, rounds).result()


def _run_rounds(rounds: int) -> None:
    try:
        for _ in range(rounds):
            time.sleep(CLOCK_STEP)
            if work_waits(Cluster.IO):
                with Lease(Cluster.IO) as lease:
                    asyncio.run(Drain(lease, Shift(Cluster.IO), idle=0.0).run())
            elif work_waits(Cluster.CPU):
                with Lease(Cluster.CPU) as lease:
                    run_computing_jobs(lease, Shift(Cluster.CPU))
            else:
                return
        raise AssertionError(f"Jobs still wait after {rounds} rounds.")
    finally:
        connections.close_all()
