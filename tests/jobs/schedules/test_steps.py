"""The second step of a run."""

from datetime import timedelta

import pytest

from apps.core.actor import Actor
from apps.jobs.models import Job
from apps.jobs.schedules.selectors import runs
from apps.jobs.services import cancel_job
from tests.jobs.kinds import DIARY
from tests.jobs.pending import run_pending
from tests.jobs.schedules.ticking import Clock, Make, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


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
