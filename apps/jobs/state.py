"""The state of a job as a fold over its events. Pure: no database, no clock.

:func:`apply` is the only place that says what an event does to the state. The runner and the operations
write the columns that it returns together with the event, so a row can always be rebuilt.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from apps.jobs.models import Job, JobEvent, Status


class Change(StrEnum):
    """Kinds of events that change the state. Every other kind of event is a line of the log."""

    QUEUED = "queued"
    STARTED = "started"
    RESUMED = "resumed"
    RETRYING = "retrying"
    CANCEL_REQUESTED = "cancel_requested"
    CANCELLED = "cancelled"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    INCOMPLETE = "incomplete"
    REDRIVEN = "redriven"


LOG = "log"
UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class JobState:
    """The columns of a job that its events decide."""

    status: str = Status.QUEUED
    attempt: int = 0
    not_before: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    dead_lettered_at: datetime | None = None
    cancel_requested: bool = False
    error: str = ""
    error_detail: str = ""
    result: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, job: Job) -> "JobState":
        return cls(**{name: getattr(job, name) for name in cls.__dataclass_fields__})

    def columns(self) -> dict[str, Any]:
        return asdict(self)


def apply(state: JobState, change: str, at: datetime, data: dict[str, Any]) -> JobState:
    """The state after one event. Events that are no :class:`Change` leave it as it is.

    ``data`` of a change: ``error`` and ``error_detail`` (failed, retrying), ``not_before`` (retrying, ISO
    8601), ``dead_lettered`` (failed), ``result`` (succeeded, incomplete).
    """
    match change:
        case Change.QUEUED:
            return JobState()
        case Change.STARTED:
            return replace(
                state,
                status=Status.RUNNING,
                attempt=state.attempt + 1,
                not_before=None,
                started_at=state.started_at or at,
            )
        case Change.RETRYING:
            return replace(
                state,
                status=Status.RETRYING,
                not_before=datetime.fromisoformat(data["not_before"]),
                error=data["error"],
                error_detail=data["error_detail"],
            )
        case Change.CANCEL_REQUESTED:
            return replace(state, cancel_requested=True)
        case Change.CANCELLED:
            return replace(state, status=Status.CANCELLED, finished_at=at, not_before=None)
        case Change.FAILED:
            return replace(
                state,
                status=Status.FAILED,
                finished_at=at,
                error=data["error"],
                error_detail=data["error_detail"],
                dead_lettered_at=at if data["dead_lettered"] else None,
            )
        case Change.SUCCEEDED | Change.INCOMPLETE:
            return replace(
                state,
                status=Status(change),
                finished_at=at,
                result=data["result"],
                error="",
                error_detail="",
            )
        case Change.REDRIVEN:
            return replace(
                state,
                status=Status.QUEUED,
                attempt=0,
                finished_at=None,
                dead_lettered_at=None,
                cancel_requested=False,
                error="",
                error_detail="",
                not_before=None,
            )
    return state


def rebuild(events: Iterable[JobEvent]) -> JobState:
    """The state that a job's events, in the order of ``seq``, amount to."""
    state = JobState()
    for event in events:
        state = apply(state, event.kind, event.at, event.data)
    return state
