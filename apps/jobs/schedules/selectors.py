"""Reads of schedules, in the scope of the organization."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from apps.jobs.models import Outcome, Schedule, ScheduleRun
from apps.jobs.schedules.actions import Action, actions

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


def needing_attention() -> list[tuple[Schedule, ScheduleRun]]:
    """Schedules whose last run could not be started, or that did not start several times in a row.

    A job that was started and failed asks for attention by itself.
    """
    found = []
    for row in rows_of(Schedule.objects.filter(enabled=True).order_by("name", "id")):
        if row.last is None or row.last.outcome == Outcome.STARTED:
            continue
        if row.last.outcome == Outcome.FAILED or _never_started(row.schedule):
            found.append((row.schedule, row.last))
    return found


def _never_started(schedule: Schedule) -> bool:
    last = list(runs(schedule).values_list("outcome", flat=True)[:IN_A_ROW])
    return len(last) == IN_A_ROW and Outcome.STARTED not in last
