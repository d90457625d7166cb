"""Jobs as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from apps.core.actor import ActorKind
from apps.core.ui.numbers import number
from apps.core.ui.status import code_of
from apps.core.ui.times import relative, stamp
from apps.jobs.errors import UnknownKind
from apps.jobs.models import RETRYABLE, Job, JobEvent, Status
from apps.jobs.reconciliation import Row, reconciliation
from apps.jobs.registry import PLAIN, Look, kind_of, what_is_gone
from apps.jobs.schedules.selectors import schedule_of
from apps.jobs.selectors import eta
from apps.jobs.state import Change

SLOWER_AFTER = 300.0
RECONCILED = (Status.SUCCEEDED, Status.INCOMPLETE)
Fact = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class JobCard:
    """One job, worded. Times are in seconds.

    ``done``: while it runs, what has an outcome; once its counts have been reconciled, what is accounted for as in
    the proof, of which ``left_out`` were left out for a reason.
    """

    public_id: str
    title: str
    status: str
    stage: str
    done: int
    total: int | None
    left_out: int
    unit: str
    noun: str
    error: str
    subject: str
    requested_by: str
    started_at: datetime | None
    finished_at: datetime | None
    seconds_running: float | None
    seconds_left: float | None
    is_cancelling: bool

    @property
    def phase(self) -> str:
        """What a page that shows the job goes by: its state, or that it is about to be cancelled."""
        return "cancelling" if self.is_cancelling else code_of(self.status)


@dataclass(frozen=True, slots=True)
class LogLine:
    seq: int
    at: datetime
    level: str
    message: str


def look_of(job: Job) -> Look:
    """How to speak of a job; plainly, when its kind is gone since."""
    try:
        return kind_of(job.kind).look
    except UnknownKind:
        return PLAIN


def card(job: Job, now: datetime | None = None) -> JobCard:
    now = now or timezone.now()
    look = look_of(job)
    started, ended = job.started_at, job.finished_at
    proven = reconciliation(job.counts).total if job.counts and job.status in RECONCILED else None
    return JobCard(
        public_id=job.public_id,
        title=job.title,
        status=job.word,
        stage=job.stage,
        done=proven.done + proven.skipped if proven else job.done,
        total=proven.seen if proven else job.total,
        left_out=proven.skipped if proven else 0,
        unit=look.unit,
        noun=look.noun,
        error=job.error,
        subject=job.subject_label,
        requested_by=job.created_by_label,
        started_at=started,
        finished_at=ended,
        seconds_running=((ended or now) - started).total_seconds() if started else None,
        seconds_left=None if job.cancel_requested else eta(job, now),
        is_cancelling=job.cancel_requested and not job.has_ended,
    )


def cards(jobs: Iterable[Job]) -> Any:
    """Cards in the order of the jobs; stands in for the rows of a page."""
    now = timezone.now()
    return [card(job, now) for job in jobs]


def steps(job: Job) -> list[tuple[str, str, bool, str]]:
    """(title, state, moves, words) of each stage of the kind; none, if it has no stages."""
    stages = look_of(job).stages
    current = stages.index(job.stage) if job.stage in stages else -1
    states = ["done" if place < current else "now" if place == current else "next" for place in range(len(stages))]
    running = job.status == Status.RUNNING
    return [(title, state, running and state == "now", "") for title, state in zip(stages, states, strict=True)]


def counts(job: Job) -> dict[str, Any]:
    """``counts``, ``counts_total`` and, once ended, ``parts`` of the bar; empty for a job that does not count."""
    if not job.counts:
        return {"counts": [], "counts_total": Row("all"), "parts": []}
    found = reconciliation(job.counts)
    total = found.total
    parts = [
        ("done", total.done, "ok"),
        ("skipped", total.skipped, "mute"),
        ("capped", total.capped, "warn"),
        ("failed", total.failed, "bad"),
    ]
    shown = parts if job.has_ended and found.closes and total.seen else []
    return {"counts": found.rows, "counts_total": total, "parts": shown}


def facts(job: Job, slug: str) -> list[Fact]:
    """(label, value, address or "") beside the job."""
    look = look_of(job)
    url = reverse(look.subject_url, args=[slug, job.subject_id]) if look.subject_url and job.subject_id else ""
    told: list[Fact] = [
        ("Started by", job.created_by_label, _schedule_url(job, slug)),
        ("Queued", stamp(job.created_at), ""),
    ]
    if job.subject_label:
        told.append(("About", job.subject_label, url))
    if job.attempt:
        told.append(("Attempt", f"{job.attempt} of {job.max_attempts}", ""))
    if job.not_before and job.status == Status.RETRYING:
        told.append(("Next attempt", relative(job.not_before, timezone.now()), ""))
    if job.has_ended and (gone := what_is_gone(job)):
        told.append(("Since then", gone, ""))
    return told


def _schedule_url(job: Job, slug: str) -> str:
    """Of the schedule that started the job; empty for a job of a person, even if a schedule waits for it too."""
    schedule = schedule_of(job) if job.created_by_kind == ActorKind.SYSTEM else None
    return reverse("schedules:detail", args=[slug, schedule.public_id]) if schedule else ""


def result_link(job: Job, slug: str) -> tuple[str, str] | None:
    """Words and address of what the job made."""
    look = look_of(job)
    if look.result is None:
        return None
    key, words, name = look.result
    made = job.result.get(key)
    return (words, reverse(name, args=[slug, made])) if made else None


def retry_label(job: Job, unmet_count: int) -> str:
    """The words of the button; empty where a retry is refused."""
    if job.status not in RETRYABLE or what_is_gone(job):
        return ""
    if job.status == Status.INCOMPLETE and unmet_count:
        return f"Retry only {'this one' if unmet_count == 1 else f'these {number(unmet_count)}'}"
    return f"Retry this {look_of(job).noun}"


def poll_seconds(job: Job, now: datetime) -> int:
    """The next interval: 2 s, 10 s once the job has run for five minutes."""
    running = (now - job.started_at).total_seconds() if job.started_at else 0.0
    return 10 if running > SLOWER_AFTER else 2


def lines(events: Iterable[JobEvent]) -> list[LogLine]:
    """Log lines in the order given; the good end of a job is “ok”."""
    return [
        LogLine(event.seq, event.at, "ok" if event.kind == Change.SUCCEEDED else event.level, event.message)
        for event in events
    ]
