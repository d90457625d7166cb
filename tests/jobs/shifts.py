"""One shift of one runner in a thread, while the test looks on."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connections

from apps.jobs.compute import run_computing_jobs
from apps.jobs.drain import Drain
from apps.jobs.lease import Lease
from apps.jobs.shift import Shift


def work_one_shift(cluster: str) -> None:
    """What a bell starts, without the queue: until nothing is left, or the shift is over."""
    try:
        with Lease(cluster) as lease:
            if cluster == "io":
                asyncio.run(Drain(lease, Shift(cluster), idle=0.0).run())
            else:
                run_computing_jobs(lease, Shift(cluster))
    finally:
        connections.close_all()


@contextmanager
def shift_beside(cluster: str) -> Iterator[Future[None]]:
    """The shift runs beside the body and is waited for at the end."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        shift = thread.submit(work_one_shift, cluster)
        yield shift
        shift.result(timeout=20)
