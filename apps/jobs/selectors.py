"""Reads of jobs and their events, in the scope of the organization."""

from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from apps.jobs.models import ACTIVE, Job, JobEvent, Status
from apps.jobs.state import UNMET, Change, JobState, rebuild
from apps.jobs.unmet import Group, UnmetObject, grouped

MOST_UNMET = 10_000

FILTERS: dict[str, Q] = {
    "active": Q(status__in=ACTIVE),
    "queued": Q(status=Status.QUEUED),
    "running": Q(status=Status.RUNNING),
    "retrying": Q(status=Status.RETRYING),
    "incomplete": Q(status=Status.INCOMPLETE),
    "failed": Q(status=Status.FAILED),
    "cancelled": Q(status=Status.CANCELLED),
    "complete": Q(status=Status.SUCCEEDED) & ~Q(counts={}),
    "succeeded": Q(status=Status.SUCCEEDED, counts={}),
    "dead_lettered": Q(dead_lettered_at__isnull=False),
}
"""What lists can be narrowed to: the states by their stored words, and two sums of states."""


def jobs(*, status: str = "", kind: str = "", subject_id: str = "") -> QuerySet[Job]:
    """Jobs, newest first. ``status`` is a key of :data:`FILTERS`; an unknown one finds nothing."""
    rows = Job.objects.order_by("-id")
    if status:
        rows = rows.filter(FILTERS[status]) if status in FILTERS else rows.none()
    if kind:
        rows = rows.filter(kind=kind)
    if subject_id:
        rows = rows.filter(subject_id=subject_id)
    return rows


def running_first(rows: QuerySet[Job]) -> QuerySet[Job]:
    """Active jobs before ended ones, newest first among each."""
    ended = Case(When(status__in=ACTIVE, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(ended, "-id")


def running_count() -> int:
    """How many are in a worker's hands, or between two attempts."""
    return Job.objects.filter(status__in=[Status.RUNNING, Status.RETRYING]).count()


def needs_attention() -> QuerySet[Job]:
    """Jobs that failed or ended incomplete, and of whose kind and subject none has done better since.

    A subject without an id was deleted: there is nothing left to be done for it.
    """
    better = Job.objects.filter(
        kind=OuterRef("kind"),
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        pk__gt=OuterRef("pk"),
        status__in=[Status.SUCCEEDED, *ACTIVE],
    )
    found = Job.objects.filter(~Exists(better), status__in=[Status.FAILED, Status.INCOMPLETE])
    return found.exclude(~Q(subject_type=""), subject_id="").order_by("-id")


def events(job: Job, *, after: int = 0) -> QuerySet[JobEvent]:
    """The job's events after the one numbered ``after``, in their order."""
    return JobEvent.objects.filter(job=job, seq__gt=after).order_by("seq")


def state_from_events(job: Job) -> JobState:
    """What the events alone say; equal to the row's own state at any time between two writes."""
    return rebuild(events(job).only("kind", "at", "data", "organization"))


def unmet(job: Job) -> list[Group]:
    """Objects that the job could not do since it was last started by somebody, grouped by reason."""
    starts = JobEvent.objects.filter(job=job, kind__in=[Change.QUEUED, Change.REDRIVEN]).order_by("-seq")
    since = starts.values_list("seq", flat=True).first() or 0
    told = JobEvent.objects.filter(job=job, kind=UNMET, seq__gt=since).order_by("seq")
    return grouped(UnmetObject.read(data) for data in told.values_list("data", flat=True)[:MOST_UNMET])


def eta(job: Job, now: datetime) -> float | None:
    """Seconds left, by the rate since the job was last taken; None while there is no rate."""
    if job.status != Status.RUNNING or job.taken_at is None or not job.total:
        return None
    done, seconds = job.done - job.taken_done, (now - job.taken_at).total_seconds()
    if done <= 0 or seconds <= 0:
        return None
    return max(0.0, (job.total - job.done) * seconds / done)
