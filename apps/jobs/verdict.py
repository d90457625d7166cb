"""What becomes of a job when its function has returned or raised. Pure, but for the dice of the back-off."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from apps.core.errors import ConfigError, NotionHubError, TransientError
from apps.core.storage_errors import DATABASE_FULL, database_is_full
from apps.jobs.conf import job_settings
from apps.jobs.errors import CancelledByUser, LeaseLost
from apps.jobs.models import Job, Level
from apps.jobs.reconciliation import reconciliation, shortfall
from apps.jobs.state import Change

ERROR_LENGTH = 600
OUR_FAULT = (
    "Something failed on our side and was logged. What the job had finished is kept, nothing was half-written. "
    "Retry the job; if it fails again, tell whoever runs this installation."
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a function ended: it returned (``error`` None), maybe because it was told to stop, or it raised."""

    error: Exception | None = None
    told_to_stop: bool = False
    cancelled: bool = False
    gap: str = ""
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The change to write; ``change`` None means that the job goes on elsewhere. ``unexpected`` is logged."""

    change: Change | None
    message: str = ""
    level: str = Level.INFO
    data: dict[str, Any] = field(default_factory=dict)
    unexpected: Exception | None = None


def judge(job: Job, ending: Ending, now: datetime) -> Verdict:
    """The error class decides. Raises the :class:`LeaseLost` that it finds, because then nothing may be written."""
    if ending.error is not None:
        return _judge_error(job, _decisive(ending.error), now)
    if ending.told_to_stop and ending.cancelled:
        return Verdict(Change.CANCELLED, "Cancelled at a checkpoint")
    if ending.told_to_stop:
        return Verdict(None)
    found = reconciliation(job.counts)
    if ending.gap or not found.complete:
        gap = ending.gap or shortfall(found.unmet, found.total.seen)
        return Verdict(Change.INCOMPLETE, f"Incomplete: {gap}", Level.WARNING, {"result": ending.result})
    message = f"Complete, {found.total.seen:,} of {found.total.seen:,}" if job.counts else "Succeeded"
    return Verdict(Change.SUCCEEDED, message, data={"result": ending.result})


def _judge_error(job: Job, error: Exception, now: datetime) -> Verdict:
    if isinstance(error, LeaseLost):
        raise error
    if isinstance(error, CancelledByUser):
        return Verdict(Change.CANCELLED, "Cancelled")
    if isinstance(error, TransientError):
        return _try_again(job, error, now) if job.attempt < job.max_attempts else _give_up(job, error)
    if isinstance(error, ConfigError):
        return _failed(error, error.message, dead_lettered=False)
    if database_is_full(error):
        return _failed(error, DATABASE_FULL, dead_lettered=False)
    message = error.message if isinstance(error, NotionHubError) else OUR_FAULT
    return _failed(error, message, dead_lettered=True, unexpected=error)


def _try_again(job: Job, error: TransientError, now: datetime) -> Verdict:
    delay = backoff(job.attempt, error.retry_after)
    message = f"Attempt {job.attempt} of {job.max_attempts} failed, the next one follows in {delay:.0f} s: "
    not_before = now + timedelta(seconds=delay)
    data = {"not_before": not_before.isoformat(), **_told(error, error.message)}
    return Verdict(Change.RETRYING, message + error.message, Level.WARNING, data)


def _give_up(job: Job, error: TransientError) -> Verdict:
    return _failed(error, f"{error.message} We tried {job.max_attempts} times.", dead_lettered=True)


def _failed(error: Exception, message: str, *, dead_lettered: bool, unexpected: Exception | None = None) -> Verdict:
    data = {"dead_lettered": dead_lettered, **_told(error, message)}
    return Verdict(Change.FAILED, message, Level.ERROR, data, unexpected)


def _told(error: Exception, message: str) -> dict[str, str]:
    return {"error": message[:ERROR_LENGTH], "error_detail": type(error).__name__[:200]}


def backoff(attempt: int, retry_after: float | None = None) -> float:
    """Seconds until the next attempt: doubling, with jitter, and never before the other side asked for."""
    settings = job_settings()
    delay: float = min(settings.backoff_limit, settings.backoff * 2 ** (attempt - 1)) * random.uniform(0.8, 1.2)
    return max(delay, retry_after or 0.0)


SEVERITY = (LeaseLost, CancelledByUser, Exception, ConfigError, TransientError)


def _decisive(error: Exception) -> Exception:
    """Of the errors of a task group, the one that decides: an unexpected one hides behind no transient one."""
    return min(_leaves(error), key=_severity)


def _severity(error: Exception) -> int:
    special = (place for place, cls in enumerate(SEVERITY) if cls is not Exception and isinstance(error, cls))
    return next(special, SEVERITY.index(Exception))


def _leaves(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
