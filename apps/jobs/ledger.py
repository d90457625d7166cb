"""Writing to jobs and their events, inside the scope of their organization.

A runner writes through :func:`fenced` only: its write counts while the job is still its own, and a write that
is repeated, because the answer to it was lost, changes nothing the second time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from apps.jobs.errors import LeaseLost
from apps.jobs.models import Job, JobEvent, Level
from apps.jobs.state import LOG, Change, JobState, apply

MESSAGE_LENGTH = 600


@dataclass(slots=True)
class HeldJob:
    """A job in a runner's hands: the row as it was taken, and the fence of its writes."""

    job: Job
    runner_id: int
    epoch: int
    position: int


@dataclass(frozen=True, slots=True)
class Line:
    """An event that changes no state."""

    kind: str
    level: str
    message: str
    data: dict[str, Any]


def fenced(held: HeldJob, before: int, write: Callable[[], object], **columns: Any) -> None:
    """Run ``write`` and set ``columns`` if the job is still this runner's and at position ``before``.

    To be called inside a transaction, and again with the same arguments if its commit was not answered.
    Raises :class:`LeaseLost` when the job is somebody else's.
    """
    mine = Job.objects.filter(pk=held.job.pk, runner=held.runner_id, epoch=held.epoch)
    if mine.filter(position=before).update(position=before + 1, **columns):
        write()
    elif not mine.filter(position=before + 1).exists():
        raise LeaseLost(f"Job {held.job.public_id} is no longer this runner's.")


def log(job_id: int, level: str, message: str, data: dict[str, Any] | None = None) -> None:
    """Append a line to the job's log."""
    log_all(job_id, [Line(LOG, level, message, data or {})])


def log_all(job_id: int, lines: Sequence[Line]) -> None:
    """Append lines that change no state."""
    if not lines:
        return
    Job.objects.filter(pk=job_id).update(event_count=F("event_count") + len(lines))
    job = Job.objects.only("organization", "event_count").get(pk=job_id)
    at, last = timezone.now(), job.event_count
    events: list[JobEvent] = []
    for job.event_count, line in enumerate(lines, start=last - len(lines) + 1):
        events.append(make_event(job, line.kind, at, line.message, level=line.level, data=line.data))
    JobEvent.objects.bulk_create(events)


def change(job: Job, what: Change, message: str, *, level: str = Level.INFO, **data: Any) -> None:
    """Append a change of state and set the columns that it amounts to, also on the given instance."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    at = timezone.now()
    columns = apply(JobState.of(locked), what, at, data).columns()
    locked.event_count += 1
    Job.objects.filter(pk=job.pk).update(event_count=locked.event_count, **columns)
    make_event(locked, what, at, message, level=level, data=data).save(force_insert=True)
    for name, value in {"event_count": locked.event_count, **columns}.items():
        setattr(job, name, value)


def make_event(
    job: Job, kind: str, at: datetime, message: str, *, level: str = Level.INFO, data: dict[str, Any] | None = None
) -> JobEvent:
    """The unsaved event that follows once ``event_count`` has been counted up for it."""
    return JobEvent(
        organization_id=job.organization_id,
        job_id=job.pk,
        seq=job.event_count,
        at=at,
        level=level,
        kind=kind,
        message=message[:MESSAGE_LENGTH],
        data=data or {},
    )
