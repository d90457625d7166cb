"""The work of the drills: rows numbered one by one, into a table that would take doubles without a word."""

import asyncio
import os
import time
from functools import partial

from django.db import connection

from apps.core.errors import TransientError
from apps.jobs.registry import job
from apps.jobs.run import ComputeRun, JobRun

TABLE = "CREATE TABLE drill_item (job TEXT NOT NULL, n INTEGER NOT NULL, pid INTEGER, at DOUBLE PRECISION NOT NULL)"


def stored(job_id: str) -> int:
    """How far the job's rows reach: its resume point."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM drill_item WHERE job = %s", [job_id])
        return int(cursor.fetchone()[0])


def store(job_id: str, numbers: list[int]) -> None:
    with connection.cursor() as cursor:
        rows = [(job_id, n, os.getpid(), time.time()) for n in numbers]
        cursor.executemany("INSERT INTO drill_item (job, n, pid, at) VALUES (%s, %s, %s, %s)", rows)


@job("drill.walk", cluster="io", title="Walk {name}")
async def walk(run: JobRun) -> None:
    """``total`` steps of ``pause`` seconds, a checkpoint after each fifth."""
    total, pause = run.params["total"], run.params["pause"]
    at = await run.db(stored, run.job.public_id)
    if run.params.get("stumble") and run.job.attempt == 1:
        raise TransientError("The way was blocked.")
    while at < total and not run.stopping:
        batch = list(range(at, min(at + 5, total)))
        for _ in batch:
            run.check_lease()
            await asyncio.sleep(pause)
        await run.checkpoint(partial(store, run.job.public_id, batch), done=batch[-1] + 1, total=total)
        at = batch[-1] + 1


@job("drill.compute", cluster="cpu", title="Compute {name}")
def compute(run: ComputeRun) -> None:
    """The same in plain code that keeps its process busy."""
    total, pause = run.params["total"], run.params["pause"]
    at = run.db(stored, run.job.public_id)
    while at < total and not run.stopping:
        until = time.monotonic() + pause
        while time.monotonic() < until:
            sum(range(1000))
            time.sleep(0.005)
        run.checkpoint(partial(store, run.job.public_id, [at]), done=at + 1, total=total)
        at += 1
