"""What the ticker starts, and what keeps a schedule from starting."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections, transaction
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.jobs.models import Job, Schedule
from apps.jobs.schedules.due import start_due
from apps.jobs.schedules.selectors import runs
from apps.jobs.schedules.services import (
    create_schedule,
    update_schedule,
)
from apps.jobs.ticker import Ticker
from tests.factories.tenants import make_tenant
from tests.jobs.elsewhere import inside
from tests.jobs.kinds import DIARY
from tests.jobs.pending import run_pending
from tests.jobs.schedules.ticking import HOURLY, NOON, Clock, Make, history, look, reason

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


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
