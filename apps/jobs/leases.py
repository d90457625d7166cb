"""Taking lanes and jobs, round-robin over tenants, and giving them back.

Crosses tenants on purpose: a runner serves all of them. Lanes are always locked before jobs. A row counts as
held only while its runner's lease lasts, so nothing has to be cleaned up after a death.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Now, RowNumber
from django.utils import timezone

from apps.jobs.errors import LeaseLost
from apps.jobs.ledger import HeldJob, make_event
from apps.jobs.models import ACTIVE, Cluster, Job, JobEvent, Lane, Level, Runner, Status
from apps.jobs.state import Change, JobState, apply

T = TypeVar("T", Lane, Job)


@dataclass(frozen=True, slots=True)
class HeldLane:
    """A lane in a runner's hands, under one epoch."""

    id: int
    key: str
    organization_id: int
    runner_id: int
    epoch: int


def work_waits(cluster: str) -> bool:
    """Whether a runner of this cluster would find something to take now."""
    return (free_lanes() if cluster == Cluster.IO else free_computing_jobs()).exists()


def free_lanes() -> QuerySet[Lane]:
    return Lane.unscoped.filter(~_runner_lives(), waiting_since__lte=Now())


def free_computing_jobs() -> QuerySet[Job]:
    waiting = Q(status__in=[Status.QUEUED, Status.RETRYING]) & _due()
    return Job.unscoped.filter(waiting | Q(status=Status.RUNNING), ~_runner_lives(), cluster=Cluster.CPU)


def lease_lanes(runner_id: int, room: int, only: Job | None = None) -> list[tuple[HeldLane, HeldJob]]:
    """Take up to ``room`` free lanes, each with its first job, which is started; ``only`` the lane of that job.

    Fair over tenants: a lane's turn is its place among its tenant's waiting lanes plus the number of lanes
    that the tenant holds already. Raises :class:`LeaseLost` when the runner itself is dead.
    """
    free = free_lanes() if only is None else free_lanes().filter(jobs=only)
    if not free.exists():  # a read: no write lock while there is nothing to do
        return []
    with transaction.atomic():
        _check_runner(runner_id)
        held = Lane.unscoped.filter(organization=OuterRef("organization"), runner__alive_until__gt=Now())
        chosen = _in_turn(free, held, "waiting_since").values_list("pk", flat=True)[:room]
        lanes = {lane.pk: lane for lane in free.filter(pk__in=list(chosen)).select_for_update(skip_locked=True)}
        heads = _heads(lanes)
        Lane.unscoped.filter(pk__in=heads).update(runner=runner_id, epoch=F("epoch") + 1)
        for lane_id in lanes.keys() - heads.keys():
            _settle(lane_id, _unfinished(lane_id).first())
        jobs = {held.job.lane_id: held for held in _start(heads.values(), runner_id)}
        return [
            (HeldLane(lane.pk, lane.key, lane.organization_id, runner_id, lane.epoch + 1), jobs[lane.pk])
            for lane in lanes.values()
            if lane.pk in heads
        ]


def next_job(lane: HeldLane) -> HeldJob | None:
    """Start the lane's next job. If there is none that may run now, the lane is given back and None returned."""
    with transaction.atomic():
        if not _lock(lane):
            return None
        head = _unfinished(lane.id).annotate(due=_due()).first()
        if head is None or not head.due:
            _settle(lane.id, head)
            return None
        if head.status == Status.RUNNING and head.runner_id == lane.runner_id:  # taken already, answer lost
            return HeldJob(head, lane.runner_id, head.epoch, head.position)
        return _start([head], lane.runner_id)[0]


def release_lane(lane: HeldLane) -> None:
    """Give the lane back, with its unfinished job; whoever comes next goes on at the last checkpoint."""
    with transaction.atomic():
        if _lock(lane):
            Job.unscoped.filter(lane=lane.id, runner=lane.runner_id).update(runner=None)
            _settle(lane.id, _unfinished(lane.id).first())


def postpone_lane(lane: HeldLane, seconds: float) -> None:
    """Give back a lane that broke, not to be taken for a while."""
    with transaction.atomic():
        if _lock(lane):
            Job.unscoped.filter(lane=lane.id, runner=lane.runner_id).update(runner=None)
            later = timezone.now() + timedelta(seconds=seconds)
            Lane.unscoped.filter(pk=lane.id).update(runner=None, waiting_since=later)


def drop_unknown_lanes(runner_id: int, known: list[int]) -> None:
    """Give back lanes that this runner holds and does not know of."""
    with transaction.atomic():
        unknown = Lane.unscoped.filter(runner=runner_id).exclude(pk__in=known).select_for_update()
        for lane in list(unknown):
            Job.unscoped.filter(lane=lane.pk, runner=runner_id).update(runner=None)
            _settle(lane.pk, _unfinished(lane.pk).first())


def take_computing_job(runner_id: int, only: Job | None = None) -> HeldJob | None:
    """Take and start one job of the ``cpu`` cluster, or ``only`` that one; fair over tenants as lanes are.

    Raises :class:`LeaseLost` when the runner itself is dead.
    """
    free = free_computing_jobs() if only is None else free_computing_jobs().filter(pk=only.pk)
    if not free.exists():
        return None
    with transaction.atomic():
        _check_runner(runner_id)
        held = Job.unscoped.filter(
            organization=OuterRef("organization"),
            cluster=Cluster.CPU,
            status=Status.RUNNING,
            runner__alive_until__gt=Now(),
        )
        chosen = list(_in_turn(free, held, "id").values_list("pk", flat=True)[:1])
        jobs = list(free.filter(pk__in=chosen).select_for_update(skip_locked=True))
        return _start(jobs, runner_id)[0] if jobs else None


def _check_runner(runner_id: int) -> None:
    """What a dead runner takes is free again at once, for itself too: it would take it for ever."""
    if not Runner.objects.filter(pk=runner_id, alive_until__gt=Now()).exists():
        raise LeaseLost(f"Runner {runner_id} is dead.")


def _runner_lives() -> Exists:
    return Exists(Runner.objects.filter(pk=OuterRef("runner"), alive_until__gt=Now()))


def _in_turn(free: QuerySet[T], held: QuerySet[T], age: str) -> QuerySet[T]:
    count = held.order_by().values("organization").annotate(n=Count("pk")).values("n")
    place = Window(RowNumber(), partition_by=F("organization"), order_by=F(age).asc())
    turn = place + Coalesce(Subquery(count, output_field=IntegerField()), 0)
    return free.annotate(turn=turn).order_by("turn", age)


def _lock(lane: HeldLane) -> bool:
    mine = Lane.unscoped.filter(pk=lane.id, runner=lane.runner_id, epoch=lane.epoch)
    return mine.select_for_update().first() is not None


def _heads(lane_ids: Iterable[int]) -> dict[int, Job]:
    """The first unfinished job of each lane, unless it waits for its next attempt: a lane keeps its order.

    A job that was started comes before all that wait, also before an older one that was retried meanwhile.
    """
    lane_ids = set(lane_ids)
    unfinished = Job.unscoped.filter(lane__in=lane_ids, status__in=ACTIVE).order_by()
    heads = dict(unfinished.exclude(status=Status.QUEUED).values_list("lane", "pk"))
    queued = unfinished.filter(lane__in=lane_ids - heads.keys(), status=Status.QUEUED)
    heads |= dict(queued.values("lane").annotate(first=Min("pk")).values_list("lane", "first"))
    jobs = Job.unscoped.filter(_due(), pk__in=heads.values(), status__in=ACTIVE).select_for_update()
    return {job.lane_id: job for job in jobs if job.lane_id is not None}


def _unfinished(lane_id: int) -> QuerySet[Job]:
    """The lane's jobs in the order of :func:`_heads`, locked: one that was started before all that wait."""
    waits = Case(When(status=Status.QUEUED, then=Value(1)), default=Value(0), output_field=IntegerField())
    return Job.unscoped.filter(lane=lane_id, status__in=ACTIVE).order_by(waits, "pk").select_for_update()


def _due() -> Q:
    return Q(not_before__isnull=True) | Q(not_before__lte=Now())


def _start(jobs: Iterable[Job], runner_id: int) -> list[HeldJob]:
    """Put locked jobs into the runner's hands: one event each, one update per distinct change of state."""
    at = timezone.now()
    held: list[HeldJob] = []
    events: list[JobEvent] = []
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    for job in jobs:
        died = job.status == Status.RUNNING and job.runner_id is not None
        what = Change.RESUMED if job.status == Status.RUNNING else Change.STARTED
        before = JobState.of(job).columns()
        after = apply(JobState.of(job), what, at, {}).columns()
        changed = {name: value for name, value in after.items() if value != before[name]}
        changed["deaths"] = job.deaths + 1 if died else job.deaths
        alike.setdefault(tuple(changed.items()), []).append(job.pk)
        for name, value in changed.items():
            setattr(job, name, value)
        job.runner_id, job.epoch, job.event_count = runner_id, job.epoch + 1, job.event_count + 1
        job.taken_at, job.taken_done = at, job.done
        events.append(_taken(job, what, at, died))
        held.append(HeldJob(job, runner_id, job.epoch, job.position))
    for columns, pks in alike.items():
        Job.unscoped.filter(pk__in=pks).update(
            runner=runner_id,
            epoch=F("epoch") + 1,
            event_count=F("event_count") + 1,
            taken_at=at,
            taken_done=F("done"),
            **dict(columns),
        )
    JobEvent.unscoped.bulk_create(events)
    return held


def _taken(job: Job, what: Change, at: datetime, died: bool) -> JobEvent:
    if what is Change.STARTED:
        return make_event(job, what, at, f"Started, attempt {job.attempt} of {job.max_attempts}")
    if died:
        message = f"Worker {job.runner_id} took over from a worker that had stopped, at its last checkpoint"
        return make_event(job, what, at, message, level=Level.WARNING)
    return make_event(job, what, at, f"Worker {job.runner_id} goes on at the last checkpoint")


def _settle(lane_id: int, head: Job | None) -> None:
    """Let go of a lane; it waits on if it has a job: from now, or from the time of that job's next attempt."""
    waiting_since: Combinable | None = Now() if head is not None else None
    if head is not None and head.not_before is not None:
        waiting_since = Greatest(Value(head.not_before, DateTimeField()), Now())
    Lane.unscoped.filter(pk=lane_id).update(runner=None, waiting_since=waiting_since)
