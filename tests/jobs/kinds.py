"""Job kinds of the tests; their params say what happens, the diary what did."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import OperationalError

from apps.core.errors import ConfigError, NotFound, TransientError
from apps.core.tenancy import current_organization_id
from apps.jobs.lanes import LaneAccess
from apps.jobs.models import Lane
from apps.jobs.registry import Look, job
from apps.jobs.run import ComputeRun, JobRun
from apps.jobs.unmet import Reason, UnmetObject


@dataclass
class Diary:
    """What the kinds did, in order. ``go`` lets jobs wait for the test."""

    entries: list[Any] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def clear(self) -> None:
        for lines in (self.entries, self.opened, self.closed):
            lines.clear()
        self.began.clear()
        self.go.clear()


DIARY = Diary()
NOT_SHARED = Reason("Not shared with this connection", "Ask an admin to share them, then retry.", fixable=False)
NO_ANSWER = Reason("Notion did not answer", "Nothing to mend: a retry usually succeeds.", fixable=True)


@asynccontextmanager
async def open_lane(lane: LaneAccess) -> AsyncIterator[str]:
    if lane.key == "locked":
        raise ConfigError("The key was revoked. Nothing was read. Connect the workspace again.")
    lane.check_lease()
    key = await lane.db(lambda: Lane.objects.get(key=lane.key).key)
    DIARY.opened.append(key)
    try:
        yield f"resource of {key}"
    finally:
        DIARY.closed.append(key)


@job("tests.note", cluster="io", title="Note {word}")
async def note(run: JobRun) -> None:
    DIARY.entries.append((run.params["word"], run.resource, current_organization_id()))
    await run.checkpoint(done=1, total=1)
    run.result["word"] = run.params["word"]


@job("tests.fail", cluster="io", title="Failing")
async def fail(run: JobRun) -> None:
    """Raise the error named by ``error`` on the first ``times`` attempts."""
    DIARY.entries.append(run.job.attempt)
    if run.job.attempt <= run.params.get("times", 99):
        raise_named(run.params["error"], run.params.get("retry_after"))


@job("tests.wait", cluster="io", title="Waiting", look=Look(noun="wait"))
async def wait(run: JobRun) -> None:
    """Wait to be told to stop, for five seconds at most; or, with ``polite`` false, raise when cancelled."""
    await run.checkpoint(done=3, total=10)
    DIARY.began.set()
    for _ in range(500):
        if run.params.get("polite", True) and run.stopping:
            return
        run.raise_if_cancelled() if not run.params.get("polite", True) else None
        await asyncio.sleep(0.01)
    DIARY.entries.append("nobody came")


@job(
    "tests.count",
    cluster="io",
    title="Count",
    look=Look("count", "page", ("Find", "Read", "Reconcile"), ("made", "Open it", "jobs:detail")),
)
async def count(run: JobRun) -> None:
    """Write ``counts`` and tell ``missing`` objects, half of which a retry can fix."""
    missing = [
        UnmetObject((NOT_SHARED, NO_ANSWER)[n % 2], f"Page {n}", "page", f"{n:032x}", "404 object_not_found")
        for n in range(run.params.get("missing", 0))
    ]
    await run.checkpoint(stage="Read", counts=run.params["counts"], unmet=missing)
    run.result["made"] = "job_0000"


@job("tests.crowd", cluster="io", title="Crowd")
async def crowd(run: JobRun) -> None:
    """``size`` tasks at once, each with checkpoints."""

    async def member(n: int) -> None:
        for step in range(5):
            await run.checkpoint(partial(DIARY.entries.append, (n, step)))

    async with asyncio.TaskGroup() as group:
        for n in range(run.params["size"]):
            group.create_task(member(n))
    run.result["written"] = len(DIARY.entries)


@job("tests.torn", cluster="io", title="Torn")
async def torn(run: JobRun) -> None:
    """Cancel a task while its checkpoint is being written, then write another one."""

    def slow() -> None:
        DIARY.began.set()
        DIARY.go.wait(5)

    task = asyncio.create_task(run.checkpoint(slow, done=1))
    await asyncio.to_thread(DIARY.began.wait, 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    DIARY.entries.append("cancelled" if task.cancelled() else "finished")
    DIARY.go.set()
    await run.checkpoint(done=2)


@job("tests.shaky", cluster="io", title="Shaky")
async def shaky(run: JobRun) -> None:
    """The database goes away once, in the middle of a read and of a write."""

    def once(what: str) -> str:
        DIARY.entries.append(what)
        if DIARY.entries.count(what) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return what

    run.result["read"] = await run.db(once, "read")
    await run.checkpoint(partial(once, "write"), done=1, total=1)


@job("tests.unwritable", cluster="io", title="Unwritable")
async def unwritable(run: JobRun) -> None:
    run.result["set"] = {1, 2}


@job("tests.compute", cluster="cpu", title="Compute {word}")
def compute(run: ComputeRun) -> None:
    DIARY.entries.append((run.params["word"], current_organization_id()))
    run.checkpoint(done=1, total=2, stage="first half")
    if error := run.params.get("error"):
        raise_named(error)
    run.event("warning", "half way")
    run.checkpoint(counts={"pages": {"seen": 2, "done": 2}})
    run.result["word"] = run.params["word"]


@job("tests.compute_until", cluster="cpu", title="Compute until told")
def compute_until(run: ComputeRun) -> None:
    run.checkpoint(done=1, total=2)
    DIARY.began.set()
    while not run.stopping:
        DIARY.go.wait(0.01)


def raise_named(name: str, retry_after: float | None = None) -> None:
    match name:
        case "transient":
            raise TransientError("Notion did not answer.", retry_after=retry_after)
        case "config":
            raise ConfigError("The bucket is full. Nothing was overwritten. Free space, then retry.")
        case "not_found":
            raise NotFound("The snapshot is gone.")
        case "bug":
            raise ZeroDivisionError("a detail that no customer may read")
        case "group":
            raise ExceptionGroup("several", [TransientError("Notion did not answer."), KeyError("bug")])
    raise AssertionError(name)


def sweep(now: datetime) -> None:
    """A chore."""
    DIARY.entries.append("swept")


def break_down(now: datetime) -> None:
    """A chore that fails in a way nobody foresaw."""
    raise ZeroDivisionError
