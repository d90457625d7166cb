"""Putting jobs on, ending them early, starting them again."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Coalesce, Least, Now
from django.utils import timezone

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting
from apps.core.operations import operation
from apps.core.tenancy import workspace_of
from apps.jobs.ledger import change, make_event
from apps.jobs.models import ACTIVE, RETRYABLE, Cluster, Job, Lane, Level, Status
from apps.jobs.registry import Kind, kind_of, what_is_gone
from apps.jobs.runner import ring
from apps.jobs.state import Change

CLOSING = (
    "This organization will be deleted on {day:%-d %B %Y}, so nothing new starts. Nothing was started. An owner can"
    " call the deletion back under Settings."
)


def enqueue(
    kind: str,
    *,
    title: str = "",
    params: dict[str, Any] | None = None,
    lane: str | None = None,
    subject: models.Model | None = None,
    unique_key: str = "",
    max_attempts: int | None = None,
    actor: Actor,
) -> Job:
    """Put a job on, inside the caller's operation: it exists, and runs, only if that commits.

    ``lane`` names the lane of an ``io`` job and is None for a ``cpu`` job. ``subject`` is what the job is about.
    With a ``unique_key`` there is one active job of this kind and key, and that one is given back. ``title``
    defaults to the kind's, filled in with ``params``. Raises :class:`UnknownKind`, ``TypeError`` when the
    lane does not fit the kind, and :class:`Conflicting` while the organization waits to be deleted.
    """
    known = kind_of(kind)
    if (lane is not None) != (known.cluster is Cluster.IO):
        raise TypeError(f"{kind}: an io job needs a lane, a cpu job has none.")
    params = params or {}
    job = Job(
        kind=kind,
        title=(title or known.title.format(**params))[:200],
        params=params,
        unique_key=unique_key,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(getattr(subject, "public_id", "")),
        subject_label=str(subject)[:200] if subject is not None else "",
        workspace_id=workspace_of(subject),
        created_by_kind=actor.kind,
        created_by_id=actor.id,
        created_by_label=actor.label[:200],
        created_at=timezone.now(),
        cluster=known.cluster,
        max_attempts=known.max_attempts if max_attempts is None else max_attempts,
        event_count=1,
    )
    _refuse_while_closing(job, known)
    return _put_on(job, lane) if not unique_key else _put_on_once(job, lane)


@operation("job.cancelled", requires=Permission.JOB_CANCEL)
def cancel_job(job: Job, *, actor: Actor) -> Job:
    """End a job: at once when it waits, at its next checkpoint when it runs.

    Raises :class:`Conflicting` when it has ended already. Asking twice changes nothing.
    """
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.has_ended:
        raise Conflicting(f"This job has ended already ({locked.word.lower()}). Nothing was changed.")
    if locked.status != Status.RUNNING:
        change(job, Change.CANCELLED, f"Cancelled by {actor.label} before it ran")
    elif not locked.cancel_requested:
        change(job, Change.CANCEL_REQUESTED, f"{actor.label} asked to cancel; it ends at its next checkpoint")
    return job


@operation("job.retried", requires=Permission.JOB_RETRY)
def retry_job(job: Job, *, actor: Actor) -> Job:
    """Start a failed, incomplete or cancelled job again; it goes on at its last checkpoint.

    Raises :class:`Conflicting` when it is active or complete, when what it needs was deleted, or when another job does
    the same meanwhile.
    """
    if job.lane_id is not None:
        wake_lane(job.lane_id)
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.status not in RETRYABLE:
        raise Conflicting(f"Only a job that did not complete can be retried; this one is {locked.word.lower()}.")
    if gone := what_is_gone(locked):
        raise Conflicting(f"{gone} Nothing was started.")
    _refuse_while_closing(locked, kind_of(locked.kind))
    if locked.unique_key and _same(locked).exists():
        raise Conflicting("Another job that does the same is on its way. Nothing was changed.")
    change(job, Change.REDRIVEN, f"Started again by {actor.label}", level=Level.INFO)
    ring(job.cluster)
    return job


def _refuse_while_closing(job: Job, kind: Kind) -> None:
    job.check_scope()
    deletes_at = job.organization.deletes_at
    if deletes_at is not None and not kind.closing:
        raise Conflicting(CLOSING.format(day=deletes_at))


def wake_lane(lane_id: int) -> None:
    """Say that a lane has work now; one that has been waiting keeps its place."""
    Lane.objects.filter(pk=lane_id).update(waiting_since=Least(Coalesce("waiting_since", Now()), Now()))


def _put_on(job: Job, lane: str | None) -> Job:
    with transaction.atomic():
        if lane is not None:
            job.lane, _ = Lane.objects.get_or_create(key=lane)
        job.save()
        queued = make_event(job, Change.QUEUED, job.created_at, f"Queued by {job.created_by_label}")
        queued.save(force_insert=True)
        if job.lane_id is not None:
            wake_lane(job.lane_id)
        ring(job.cluster)
    return job


def _put_on_once(job: Job, lane: str | None) -> Job:
    there = _same(job).first()
    if there is not None:
        return there
    try:
        return _put_on(job, lane)
    except IntegrityError:
        there = _same(job).first()  # somebody else was faster
        if there is None:
            raise
        return there


def _same(job: Job) -> models.QuerySet[Job]:
    return Job.objects.filter(kind=job.kind, unique_key=job.unique_key, status__in=ACTIVE)
