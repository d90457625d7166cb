"""What people do with a schedule: make it, change it, run it by hand, delete it; and who may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from apps.access.roles import Permission, Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.jobs.models import Job, Schedule, ScheduleRun, Status
from apps.jobs.schedules.selectors import runs
from apps.jobs.schedules.services import (
    Plan,
    create_schedule,
    delete_schedule,
    pause_schedule,
    resume_schedule,
    run_now,
    update_schedule,
)
from apps.organizations.models import Membership
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.jobs.schedules.ticking import HOURLY, Clock, Make, history, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


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
