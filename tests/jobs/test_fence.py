"""A runner's write counts once, and only while the job is its own."""

import pytest

from apps.jobs import runners
from apps.jobs.errors import LeaseLost
from apps.jobs.leases import lease_lanes
from apps.jobs.ledger import HeldJob, fenced, log
from apps.jobs.models import Job, JobEvent, Runner
from apps.jobs.services import enqueue
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job(inside_acme: Tenant) -> Job:
    return enqueue("tests.note", params={"word": "x"}, lane="one", actor=inside_acme.system)


def take() -> HeldJob:
    return lease_lanes(runners.register("io", 10), 1)[0][1]


def test_write_and_progress_count_and_the_position_moves(job: Job) -> None:
    written: list[int] = []
    held = take()

    fenced(held, 0, lambda: written.append(1), done=5, total=9)

    job.refresh_from_db()
    assert (written, job.position, job.done, job.total) == ([1], 1, 5, 9)


def test_write_repeated_after_its_commit_changes_nothing(job: Job) -> None:
    held = take()
    for _ in range(2):
        fenced(held, 0, lambda: log(job.pk, "info", "once"))

    assert JobEvent.objects.filter(job=job, message="once").count() == 1
    job.refresh_from_db()
    assert job.position == 1


def test_stale_runner_writes_nothing(job: Job) -> None:
    stale = take()
    fenced(stale, 0, lambda: None, done=5)
    Runner.objects.filter(pk=stale.runner_id).delete()
    fresh = take()
    assert fresh.position == 1

    with pytest.raises(LeaseLost):
        fenced(stale, 1, pytest.fail, done=99)
    fenced(fresh, 1, lambda: None, done=6)
    with pytest.raises(LeaseLost):
        fenced(stale, 1, pytest.fail, done=99)

    job.refresh_from_db()
    assert job.done == 6


def test_same_runner_that_took_the_job_again_is_fenced_from_its_former_self(job: Job) -> None:
    former = take()
    Job.objects.filter(pk=job.pk).update(epoch=former.epoch + 1)
    with pytest.raises(LeaseLost):
        fenced(former, 0, pytest.fail)


def test_position_that_was_overtaken_is_refused(job: Job) -> None:
    held = take()
    for before in range(3):
        fenced(held, before, lambda: None)
    with pytest.raises(LeaseLost):
        fenced(held, 0, pytest.fail)
