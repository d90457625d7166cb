"""Reads of schedules, in the scope of the organization."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.jobs.models import Job, Outcome, Schedule, ScheduleRun
from apps.jobs.schedules.actions import Action, actions
from apps.jobs.schedules.clock import told

IN_A_ROW = 3
"""So many runs without a start need a person, even if each had a lawful reason."""


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A schedule with its action (None: no room declares it any more) and its last run."""

    schedule: Schedule
    action: Action | None
    last: ScheduleRun | None

    @property
    def what(self) -> str:
        return self.action.label if self.action else self.schedule.action

    @property
    def when(self) -> str:
        return told(self.schedule.cron)

    @property
    def details(self) -> str:
        return self.action.told(self.schedule.params) if self.action else ""


def schedules(*, subject_id: str = "") -> QuerySet[Schedule]:
    """By name; ``subject_id`` is the public id of what they act on."""
    rows = Schedule.objects.order_by("name", "id")
    return rows.filter(subject_id=subject_id) if subject_id else rows


def rows_of(found: Iterable[Schedule]) -> list[ScheduleRow]:
    """Two queries, however many schedules there are."""
    known, declared = list(found), actions()
    newest = ScheduleRun.objects.filter(schedule=OuterRef("pk")).order_by("-id").values("pk")[:1]
    ids = Schedule.objects.filter(pk__in=[one.pk for one in known]).values_list(Subquery(newest), flat=True)
    runs = ScheduleRun.objects.select_related("job", "then", "schedule").filter(pk__in=[pk for pk in ids if pk])
    last = {run.schedule_id: run for run in runs}
    return [ScheduleRow(one, declared.get(one.action), last.get(one.pk)) for one in known]


def runs(schedule: Schedule) -> QuerySet[ScheduleRun]:
    """Its history, newest first."""
    rows = ScheduleRun.objects.filter(schedule=schedule).select_related("schedule", "job", "then")
    return rows.order_by("-id")


def schedule_of(job: Job) -> Schedule | None:
    """The schedule that has started a job, as far as its history still says so."""
    run = ScheduleRun.objects.filter(Q(job=job) | Q(then=job)).select_related("schedule").order_by("-id").first()
    return run.schedule if run else None


def with_schedule(jobs: QuerySet[Job]) -> QuerySet[Any]:
    """Each job with ``schedule``: the public id of what :func:`schedule_of` gives."""
    runs = ScheduleRun.objects.filter(Q(job=OuterRef("pk")) | Q(then=OuterRef("pk"))).order_by("-id")
    return jobs.annotate(schedule=Subquery(runs.values("schedule__public_id")[:1]))


def needing_attention() -> list[tuple[Schedule, ScheduleRun]]:
    """Schedules whose last run could not be started, or that did not start several times in a row.

    A job that was started and failed asks for attention by itself.
    """
    newest = ScheduleRun.objects.filter(schedule=OuterRef("pk")).order_by("-id")
    last_start = newest.filter(outcome=Outcome.STARTED).values("pk")[:1]
    enabled = Schedule.objects.filter(enabled=True).annotate(
        outcome=Subquery(newest.values("outcome")[:1]), last_start=Coalesce(Subquery(last_start), 0)
    )
    in_vain = enabled.annotate(in_vain=Count("runs", filter=Q(runs__pk__gt=F("last_start"))))
    found = in_vain.filter(Q(outcome=Outcome.FAILED) | Q(in_vain__gte=IN_A_ROW)).order_by("name", "id")
    return [(row.schedule, row.last) for row in rows_of(found) if row.last is not None]
