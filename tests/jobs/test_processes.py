"""Telling processes apart, and for how long a runner works."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from pytest_django import Settings

from apps.jobs.conf import GRACE, job_settings, time_slice
from apps.jobs.processes import in_my_group, still_exists, this_process
from apps.jobs.shift import Shift

CLUSTERS = ["io", "cpu"]


def test_process_exists_until_it_ends_and_is_not_its_successor() -> None:
    me = this_process()
    assert still_exists(me)
    assert not still_exists(replace(me, started=me.started - 3600))

    child = subprocess.Popen([sys.executable, "-c", "pass"])
    while child.poll() is None:
        continue
    assert not still_exists(replace(me, pid=child.pid))


def test_zombie_is_not_there_any_more() -> None:
    me = this_process()
    child = subprocess.Popen([sys.executable, "-c", "pass"], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.read()  # its end: the child is over, and nobody has asked for its code
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not still_exists(replace(me, pid=child.pid))
    child.communicate()


def test_group() -> None:
    assert in_my_group(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    assert not in_my_group(child.pid)
    child.communicate()
    assert not in_my_group(child.pid)


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_slice_leaves_a_grace_before_the_queue_shoots(cluster: str) -> None:
    assert time_slice(cluster) == 15 * 60
    assert not Shift(cluster).over()


def test_shift_that_is_over_stays_over(settings: Settings) -> None:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "timeout": GRACE}
    shift = Shift("io")
    assert shift.over()
    assert shift.over()
    assert not shift.out_of_patience()


def test_shift_ends_when_the_process_has_grown_too_big(settings: Settings) -> None:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "max_rss": 1_000}
    assert Shift("io").over()
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "max_rss": 1_000_000_000}
    assert not Shift("io").over()


def test_misspelt_setting_is_refused(settings: Settings) -> None:
    settings.JOBS = {**settings.JOBS, "leese": 3}
    with pytest.raises(TypeError, match="leese"):
        job_settings()
