"""Runs that came due while nothing was there to start them, or while nobody wanted them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.core.actor import Actor
from apps.core.errors import Conflicting
from apps.jobs.models import Job, Missed, Schedule, ScheduleRun
from apps.jobs.schedules.selectors import runs
from apps.jobs.schedules.services import (
    delete_schedule,
    pause_schedule,
    resume_schedule,
)
from tests.jobs.schedules.ticking import HOURLY, NOON, Clock, Make, history, look, reason

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


@pytest.mark.parametrize(
    ("missed", "expected", "jobs"),
    [
        (Missed.SKIP, [("missed", "12:30")], 0),
        (Missed.ONCE, [("missed", "12:30"), ("started", "16:30")], 1),
    ],
)
def test_runs_missed_in_a_downtime(
    make: Make, clock: Clock, missed: str, expected: list[tuple[str, str]], jobs: int
) -> None:
    schedule = make(replace(HOURLY, missed=missed))
    clock.shift(timedelta(hours=5))  # 17:00; 12:30 to 16:30 came due meanwhile
    look()
    look()
    assert history(schedule) == expected
    assert Job.objects.count() == jobs
    told = [run.reason for run in reversed(runs(schedule))]
    count = 5 if missed == Missed.SKIP else 4
    assert told[0] == f"Nothing was there to start {count} runs between 2026-01-07 12:30 and now."
    schedule.refresh_from_db()
    assert schedule.next_at == NOON + timedelta(hours=5, minutes=30)


def test_back_exactly_when_it_is_due(make: Make, clock: Clock) -> None:
    schedule = make(replace(HOURLY, missed=Missed.SKIP))
    clock.shift(timedelta(hours=4, minutes=31))
    look()
    assert history(schedule) == [("missed", "12:30"), ("started", "16:30")]


def test_a_restart_of_the_workers_is_no_downtime(make: Make, clock: Clock) -> None:
    schedule = make(replace(HOURLY, missed=Missed.SKIP))
    clock.shift(timedelta(minutes=34))
    look()
    assert history(schedule) == [("started", "12:30")]
    assert reason(schedule) == ""


def test_one_missed_run_that_is_made_up_for_says_so(make: Make, clock: Clock) -> None:
    schedule = make()
    clock.shift(timedelta(minutes=50))
    look()
    assert history(schedule) == [("started", "12:30")]
    assert "Started late" in reason(schedule)


def test_paused_it_starts_nothing_and_resumed_it_makes_up_for_nothing(make: Make, clock: Clock, actor: Actor) -> None:
    schedule = make()
    pause_schedule(schedule, actor=actor)
    assert schedule.next_at is None
    clock.shift(timedelta(hours=5))
    look()
    assert history(schedule) == []
    with pytest.raises(Conflicting):
        pause_schedule(schedule, actor=actor)

    resume_schedule(schedule, actor=actor)
    look()
    assert history(schedule) == []
    assert schedule.next_at == NOON + timedelta(hours=5, minutes=30)
    with pytest.raises(Conflicting):
        resume_schedule(schedule, actor=actor)


def test_paused_or_deleted_between_the_look_and_the_start(make: Make, clock: Clock, actor: Actor) -> None:
    paused, gone = make(), make(replace(HOURLY, name="Gone"))
    clock.shift(timedelta(minutes=30))
    Schedule.objects.filter(pk=paused.pk).update(enabled=False)  # as a ticker sees it that has read it before
    delete_schedule(gone, actor=actor)
    look()
    assert not Job.objects.exists()
    assert not ScheduleRun.objects.exists()
