"""Job kinds of the tests. What they do is decided by their params, so that a test reads as a story.

``steps``: a list of what happens, in order, each after a checkpoint of its own: a word of :data:`HAPPENINGS`.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from apps.core.errors import ConfigError, NotFound, TransientError
from apps.core.tenancy import current_organization_id
from apps.jobs.lanes import LaneAccess
from apps.jobs.registry import job
from apps.jobs.run import ComputeRun, JobRun


@dataclass
class Diary:
    """What the kinds did, in order; cleared by each test that reads it."""

    entries: list[Any] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, entry: Any) -> None:
        with self.lock:
            self.entries.append(entry)

    def clear(self) -> None:
        for lines in (self.entries, self.opened, self.closed):
            lines.clear()


DIARY = Diary()


@asynccontextmanager
async def open_lane(lane: LaneAccess) -> AsyncIterator[str]:
    if lane.key == "locked":
        raise ConfigError("The key was revoked. Nothing was read. Connect the workspace again.")
    DIARY.opened.append(lane.key)
    try:
        yield f"resource of {lane.key}"
    finally:
        DIARY.closed.append(lane.key)


@job("tests.note", cluster="io", title="Note {word}")
async def note(run: JobRun) -> None:
    """Write down the word, the resource and whose scope it runs in; count to one."""
    DIARY.write((run.params.get("word"), run.resource, current_organization_id()))
    await run.checkpoint(done=1, total=1)
    run.result["word"] = run.params.get("word")


@job("tests.fail", cluster="io", title="Failing")
async def fail(run: JobRun) -> None:
    """Raise the error named by ``error`` on the first ``times`` attempts."""
    DIARY.write(run.job.attempt)
    if run.job.attempt <= run.params.get("times", 99):
        raise_named(run.params["error"], run.params.get("retry_after"))


@job("tests.compute", cluster="cpu", title="Compute {word}")
def compute(run: ComputeRun) -> None:
    DIARY.write((run.params["word"], current_organization_id()))
    run.checkpoint(done=1, total=2, stage="first half")
    if error := run.params.get("error"):
        raise_named(error)
    run.event("warning", "half way")
    run.checkpoint(counts={"pages": {"seen": 2, "done": 2}})
    run.result["word"] = run.params["word"]


def raise_named(name: str, retry_after: float | None = None) -> None:
    match name:
        case "transient":
            raise TransientError("Notion did not answer.", retry_after=retry_after)
        case "config":
            raise ConfigError("The bucket is full. Nothing was overwritten. Free space, then retry.")
        case "not_found":
            raise NotFound("The snapshot is gone.")
        case "bug":
            raise ZeroDivisionError("a detail that no customer may read: secret")
        case "group":
            raise ExceptionGroup("several", [TransientError("Notion did not answer."), KeyError("bug")])
    raise AssertionError(name)
