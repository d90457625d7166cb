"""The look of every two seconds: who is dead, whether to ring, whether the cluster is frozen."""

import os
import subprocess
import sys
from datetime import timedelta

import psutil  # type: ignore[import-untyped]
import pytest
from django.utils import timezone
from pytest_django import Settings

from apps.core.actor import Actor
from apps.jobs import runners
from apps.jobs.leases import lease_lanes
from apps.jobs.models import Job, Lane, Runner
from apps.jobs.processes import this_host
from apps.jobs.services import enqueue
from apps.jobs.ticker import Ticker
from tests.jobs.bells import bells, lose_bells, take_bell
from tests.jobs.kinds import DIARY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


class Group:
    """Stands where the process group would be ended."""

    def __init__(self) -> None:
        self.ended = 0

    def end(self) -> None:
        self.ended += 1


def runner_of(process: psutil.Process, **changed: object) -> Runner:
    facts = {"cluster": "io", "host": this_host(), "pid": process.pid, "started": process.create_time()}
    until = timezone.now() + timedelta(seconds=60)
    return Runner.objects.create(**{"alive_until": until, **facts, **changed})


def test_lost_bell_is_rung_again_once(actor: Actor) -> None:
    enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    lose_bells()

    for _ in range(3):
        Ticker("io").tick()

    assert (bells("io"), bells("cpu")) == (1, 0)


def test_bell_that_a_worker_has_taken_does_not_keep_it_from_ringing(actor: Actor) -> None:
    """A worker that was killed took its bell along; the broker would give it back only after half an hour."""
    enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    take_bell("io")
    assert bells("io") == 0
    Ticker("io").tick()
    assert bells("io") == 1


def test_nothing_is_rung_without_work_or_for_work_in_hands(actor: Actor) -> None:
    Ticker("io").tick()
    assert bells("io") == 0

    enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    lose_bells()
    lease_lanes(runners.register("io", 10), 1)
    Ticker("io").tick()
    assert bells("io") == 0


def test_retry_is_rung_for_when_its_time_has_come(actor: Actor) -> None:
    enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    lose_bells()
    Lane.objects.update(waiting_since=timezone.now() + timedelta(seconds=30))
    Ticker("io").tick()
    assert bells("io") == 0

    Lane.objects.update(waiting_since=timezone.now() - timedelta(seconds=1))
    Ticker("io").tick()
    assert bells("io") == 1


def test_runner_of_a_process_that_is_gone_is_buried_and_the_living_are_not(actor: Actor) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    living, gone = runner_of(psutil.Process()), runner_of(psutil.Process(child.pid))
    Ticker("io").tick()
    assert Runner.objects.count() == 2

    child.kill()
    child.communicate()
    Ticker("io").tick()
    assert list(Runner.objects.all()) == [living]
    assert gone.pk != living.pk


def test_runner_whose_number_went_to_another_process_is_buried() -> None:
    me = psutil.Process()
    runner_of(me, started=me.create_time() - 3600)
    Ticker("io").tick()
    assert not Runner.objects.exists()


def test_runner_of_another_host_is_left_alone_until_it_is_long_over() -> None:
    runner_of(psutil.Process(), host="elsewhere", pid=1)
    late = timezone.now() - timedelta(seconds=30)
    runner_of(psutil.Process(), host="elsewhere", pid=2, alive_until=late)
    forgotten = timezone.now() - timedelta(seconds=90)
    runner_of(psutil.Process(), host="elsewhere", pid=3, alive_until=forgotten)
    Ticker("io").tick()
    assert sorted(Runner.objects.values_list("pid", flat=True)) == [1, 2]


@pytest.mark.parametrize(("living", "frozen"), [(0, True), (1, True), (2, False)])
def test_group_is_ended_when_work_waits_long_beside_a_free_worker(
    actor: Actor, settings: Settings, living: int, frozen: bool
) -> None:
    settings.JOBS = {**settings.JOBS, "frozen_after": 0.0, "io_workers": 2}
    enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    for _ in range(living):
        runner_of(psutil.Process())
    runner_of(psutil.Process(), cluster="cpu")
    runner_of(psutil.Process(os.getppid()), host="elsewhere")
    group = Group()

    Ticker("io", group.end).tick()

    assert bool(group.ended) is frozen


def test_group_is_not_ended_before_its_time_or_for_nothing(actor: Actor, settings: Settings) -> None:
    group = Group()
    settings.JOBS = {**settings.JOBS, "frozen_after": 0.0}
    Ticker("io", group.end).tick()
    assert group.ended == 0

    settings.JOBS = {**settings.JOBS, "frozen_after": 25.0}
    enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    ticker = Ticker("io", group.end)
    for _ in range(3):
        ticker.tick()
    assert group.ended == 0
    assert Job.objects.count() == 1


def test_chores_are_done_in_each_look_and_one_that_breaks_keeps_no_other_from_its_turn(settings: Settings) -> None:
    settings.JOBS = {**settings.JOBS, "chores": ["tests.jobs.kinds.break_down", "tests.jobs.kinds.sweep"]}
    Ticker("io").tick()
    Ticker("cpu").tick()
    assert DIARY.entries == ["swept", "swept"]
