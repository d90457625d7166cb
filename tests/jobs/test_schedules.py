"""What the ticker starts, what it does not, and what the history says of both."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import Permission, Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.jobs.models import Job, Missed, Outcome, Schedule, ScheduleRun, Status
from apps.jobs.schedules.due import start_due
from apps.jobs.schedules.selectors import needing_attention, runs
from apps.jobs.schedules.services import (
    Plan,
    create_schedule,
    delete_schedule,
    pause_schedule,
    resume_schedule,
    run_now,
    update_schedule,
)
from apps.jobs.schedules.starting import KEPT_RUNS, note
from apps.jobs.services import cancel_job
from apps.jobs.ticker import Ticker
from apps.organizations.models import Membership
from tests.factories.tenants import Tenant, make_tenant
from tests.jobs.elsewhere import inside
from tests.jobs.kinds import DIARY
from tests.jobs.pending import run_pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]
NOON = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
HOURLY = Plan("Nightly", "30 * * * *", "UTC")
Make = Callable[..., Schedule]
Clock = time_machine.Traveller


@pytest.fixture(autouse=True)
def with_actions(settings: Settings, jobs_settings: None) -> None:
    settings.JOBS = {**settings.JOBS, "modules": ["tests.jobs.kinds", "tests.jobs.schedulable"]}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make(acme: Tenant, actor: Actor) -> Make:
    def made(plan: Plan = HOURLY, action: str = "tests.note", **params: Any) -> Schedule:
        return create_schedule(action, acme.organization, params, plan, actor=actor)

    return made


def look() -> None:
    """A tick, where no organization's scope is open."""

    def tick() -> None:
        try:
            Ticker("io").tick()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(tick).result(timeout=20)


def history(schedule: Schedule) -> list[tuple[str, str]]:
    """(outcome, time due) of each run, oldest first."""
    return [(run.outcome, f"{run.due_at:%H:%M}") for run in reversed(runs(schedule))]


def reason(schedule: Schedule) -> str:
    return runs(schedule)[0].reason


def test_it_starts_when_due_and_not_before_and_then_waits_for_the_next_time(make: Make, clock: Clock) -> None:
    schedule = make(word="tick")
    assert schedule.next_at == NOON + timedelta(minutes=30)
    clock.shift(timedelta(minutes=29, seconds=59))
    look()
    assert not Job.objects.exists()

    clock.shift(1)
    look()
    look()

    run_pending()
    assert [entry[0] for entry in DIARY.entries] == ["tick"]
    assert history(schedule) == [("started", "12:30")]
    schedule.refresh_from_db()
    assert schedule.next_at == schedule.due_at == NOON + timedelta(minutes=90)


def test_the_job_is_the_operation_s_own_and_acts_as_the_schedule(make: Make, clock: Clock) -> None:
    schedule = make()
    clock.shift(timedelta(minutes=30))
    look()
    job = Job.objects.get()
    assert (job.created_by_kind, job.created_by_label) == ("system", "Schedule “Nightly”")
    entry = AuditEntry.objects.get(event="tests.scheduled")
    assert (entry.actor_kind, entry.actor_label, entry.outcome) == ("system", "Schedule “Nightly”", "succeeded")
    assert runs(schedule)[0].job == job


def test_delay_is_kept(make: Make, clock: Clock) -> None:
    schedule = make(replace(HOURLY, jitter=900))
    assert schedule.due_at is not None
    assert schedule.next_at is not None
    delay = schedule.next_at - schedule.due_at
    assert timedelta(0) < delay <= timedelta(minutes=15)
    clock.move_to(schedule.next_at - timedelta(seconds=1))
    look()
    assert not Job.objects.exists()
    clock.shift(1)
    look()
    assert history(schedule) == [("started", "12:30")]


def test_two_tickers_at_once_start_it_once(make: Make, clock: Clock) -> None:
    schedules = [make(replace(HOURLY, name=f"Number {n}")) for n in range(5)]
    clock.shift(timedelta(minutes=30))
    together = Barrier(4)

    def tick() -> None:
        try:
            together.wait(timeout=10)
            Ticker("io").tick()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=4) as threads:
        for ticking in [threads.submit(tick) for _ in range(4)]:
            ticking.result(timeout=30)

    assert Job.objects.count() == 5
    assert [history(schedule) for schedule in schedules] == [[("started", "12:30")]] * 5


def test_a_ticker_killed_in_the_middle_has_started_nothing_and_the_next_one_does(make: Make, clock: Clock) -> None:
    schedule = make(word="tick")
    clock.shift(timedelta(minutes=30))
    reading, writing = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:  # dies within the transaction, after the start and before the commit
        with transaction.atomic():
            start_due(timezone.now())
            seen = Job.objects.count()
            os.write(writing, bytes([seen]))
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert os.read(reading, 1) == b"\x01"
    os.close(reading)
    os.close(writing)
    assert not Job.objects.exists()

    look()

    assert Job.objects.count() == 1
    assert history(schedule) == [("started", "12:30")]


def test_a_run_that_has_not_ended_keeps_the_next_one_from_starting(make: Make, clock: Clock) -> None:
    schedule = make()
    for _ in range(2):
        clock.shift(timedelta(hours=1))
        look()
    assert history(schedule) == [("started", "12:30"), ("skipped", "13:30")]
    assert reason(schedule) == "The run of 2026-01-07 12:30 UTC has not ended yet."
    assert Job.objects.count() == 1

    run_pending()
    clock.shift(timedelta(hours=1))
    look()
    assert history(schedule)[-1] == ("started", "14:30")


def test_what_the_operation_refuses_is_skipped_with_its_words(make: Make, clock: Clock) -> None:
    schedule = make(error="conflict")
    clock.shift(timedelta(minutes=30))
    look()
    assert history(schedule) == [("skipped", "12:30")]
    assert reason(schedule) == "Another one is on its way."
    assert not Job.objects.exists()


def test_what_fails_on_our_side_is_told_without_details_and_undone(make: Make, clock: Clock) -> None:
    broken, sound = make(error="bug"), make(replace(HOURLY, name="Sound"))
    clock.shift(timedelta(minutes=30))
    look()
    assert history(broken) == [("failed", "12:30")]
    assert "detail that no customer" not in reason(broken)
    assert "failed on our side" in reason(broken)
    assert history(sound) == [("started", "12:30")]
    assert Job.objects.count() == 1
    broken.refresh_from_db()
    assert broken.next_at == NOON + timedelta(minutes=90)


def test_what_it_acts_on_is_gone(make: Make, clock: Clock) -> None:
    schedule = make()
    Schedule.objects.update(subject_id="org_nothing")
    clock.shift(timedelta(minutes=30))
    look()
    assert history(schedule) == [("failed", "12:30")]
    assert reason(schedule) == "What this schedule acts on is gone."


def test_an_action_that_no_room_declares_any_more(make: Make, clock: Clock) -> None:
    schedule = make()
    Schedule.objects.update(action="tests.forgotten")
    clock.shift(timedelta(minutes=30))
    look()
    assert history(schedule) == [("failed", "12:30")]
    assert "no action" in reason(schedule)


def test_a_zone_that_exists_no_more_stops_it_until_somebody_changes_it(make: Make, clock: Clock, actor: Actor) -> None:
    schedule = make()
    Schedule.objects.update(time_zone="Europe/Atlantis")
    clock.shift(timedelta(minutes=30))
    look()
    look()
    assert history(schedule) == [("failed", "12:30")]
    assert "Europe/Atlantis" in reason(schedule)
    update_schedule(schedule, HOURLY, actor=actor)
    clock.shift(timedelta(hours=1))
    look()
    assert history(schedule)[-1] == ("started", "13:30")


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


def test_deleted_it_takes_its_history_along_and_leaves_its_jobs(make: Make, clock: Clock, actor: Actor) -> None:
    schedule = make()
    clock.shift(timedelta(minutes=30))
    look()
    delete_schedule(schedule, actor=actor)
    assert not ScheduleRun.objects.exists()
    run_pending()
    assert Job.objects.get().status == Status.SUCCEEDED


def test_by_hand_at_once_besides_its_times(make: Make, clock: Clock, actor: Actor) -> None:
    schedule = make()
    before = schedule.next_at
    job = run_now(schedule, actor=actor)
    assert job.created_by_label == "Schedule “Nightly”"
    assert runs(schedule)[0].asked_by == actor.label
    with pytest.raises(Conflicting, match="has not ended"):
        run_now(schedule, actor=actor)
    schedule.refresh_from_db()
    assert schedule.next_at == before
    clock.shift(timedelta(minutes=30))
    look()
    assert history(schedule)[-1][0] == "skipped"


def test_by_hand_a_refusal_is_told_to_the_person_and_leaves_no_line(make: Make, actor: Actor) -> None:
    schedule = make(error="conflict")
    with pytest.raises(Conflicting, match="on its way"):
        run_now(schedule, actor=actor)
    assert not ScheduleRun.objects.exists()


def test_a_second_step_follows_the_first(make: Make, clock: Clock) -> None:
    schedule = make(action="tests.chain", word="tick")
    clock.shift(timedelta(minutes=30))
    look()
    run = runs(schedule)[0]
    assert run.follows
    assert run.is_active
    assert run.word == "Queued"
    look()
    assert Job.objects.count() == 1

    run_pending()
    look()
    look()
    run_pending()

    assert [entry[0] for entry in DIARY.entries] == ["tick", "after tick"]
    run = runs(schedule)[0]
    assert run.then is not None
    assert not run.is_active
    assert run.word == "Complete"


def test_no_second_step_after_a_first_that_ended_otherwise(make: Make, clock: Clock, actor: Actor) -> None:
    schedule = make(action="tests.chain")
    clock.shift(timedelta(minutes=30))
    look()
    cancel_job(Job.objects.get(), actor=actor)
    look()
    run = runs(schedule)[0]
    assert (run.then, run.reason, run.word) == (None, "The first step ended cancelled.", "Cancelled")
    assert Job.objects.count() == 1


def test_it_keeps_working_when_who_made_it_has_left(make: Make, clock: Clock, acme: Tenant, actor: Actor) -> None:
    schedule = make()
    Membership.objects.filter(user=acme.member(Role.OPERATOR)).delete()
    clock.shift(timedelta(minutes=30))
    look()
    assert history(schedule) == [("started", "12:30")]
    assert schedule.created_by == actor.label


def test_nobody_schedules_what_they_may_not_do_themselves(acme: Tenant, actor: Actor, make: Make) -> None:
    schedule = make()
    half = replace(actor, permissions=frozenset({Permission.SCHEDULE_MANAGE}))
    for attempt in (
        lambda: create_schedule("tests.note", acme.organization, {}, HOURLY, actor=half),
        lambda: update_schedule(schedule, HOURLY, actor=half),
        lambda: run_now(schedule, actor=half),
    ):
        with pytest.raises(Forbidden):
            attempt()
    pause_schedule(schedule, actor=half)
    with pytest.raises(Forbidden):
        resume_schedule(schedule, actor=half)


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (replace(HOURLY, name="  "), "name"),
        (replace(HOURLY, cron="0 25 * * *"), "cron"),
        (replace(HOURLY, time_zone="Mars"), "time_zone"),
        (replace(HOURLY, jitter=3_600), "jitter"),
        (replace(HOURLY, missed="twice"), "missed"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(make: Make, plan: Plan, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        make(plan)
    assert caught.value.field == field
    assert not Schedule.objects.exists()


def test_changed_it_runs_at_the_new_times(make: Make, clock: Clock, actor: Actor) -> None:
    schedule = make()
    update_schedule(schedule, replace(HOURLY, cron="0 6 * * *", time_zone="Asia/Tokyo"), actor=actor)
    assert schedule.next_at == datetime(2026, 1, 7, 21, 0, tzinfo=UTC)
    clock.shift(timedelta(hours=2))
    look()
    assert history(schedule) == []
    entry = AuditEntry.objects.get(event="schedule.updated")
    assert ("cron", "30 * * * *", "0 6 * * *") in entry.changes


def test_history_lets_go_of_its_oldest_lines(make: Make) -> None:
    schedule, other = make(), make(replace(HOURLY, name="Other"))
    note(other, NOON, NOON, Outcome.SKIPPED)
    line = ScheduleRun(schedule=schedule, due_at=NOON, at=NOON, outcome=Outcome.SKIPPED)
    ScheduleRun.objects.bulk_create(copy(line) for _ in range(KEPT_RUNS))
    newest = note(schedule, NOON, NOON, Outcome.STARTED)
    assert runs(schedule).count() == KEPT_RUNS
    assert runs(schedule)[0] == newest
    assert runs(other).count() == 1


def test_attention_for_what_did_not_start_and_none_for_what_did(make: Make, clock: Clock) -> None:
    broken, busy = make(error="bug"), make(replace(HOURLY, name="Busy"), error="conflict")
    make(replace(HOURLY, name="Sound"))
    clock.shift(timedelta(minutes=30))
    look()
    assert [schedule for schedule, _ in needing_attention()] == [broken]
    for _ in range(2):
        clock.shift(timedelta(hours=1))
        look()
    assert {schedule for schedule, _ in needing_attention()} == {broken, busy}


def test_tenants_schedules_start_in_their_own_scope(make: Make, clock: Clock) -> None:
    make(word="here")
    globex = Context().run(make_tenant, "globex")

    def there() -> None:
        create_schedule("tests.note", globex.organization, {"word": "there"}, HOURLY, actor=globex.system)

    inside(globex, there)
    clock.shift(timedelta(minutes=30))
    look()
    run_pending()
    assert {entry[0]: entry[2] for entry in DIARY.entries} == {
        "here": Schedule.objects.get().organization_id,
        "there": globex.organization.pk,
    }
    assert Schedule.objects.count() == 1
