"""What the history keeps of a schedule's runs, and what of it asks for a person."""

from copy import copy
from dataclasses import replace
from datetime import timedelta

import pytest

from apps.jobs.models import Outcome, ScheduleRun
from apps.jobs.schedules.selectors import needing_attention, runs
from apps.jobs.schedules.starting import KEPT_RUNS, note
from tests.jobs.schedules.ticking import HOURLY, NOON, Clock, Make, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


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
