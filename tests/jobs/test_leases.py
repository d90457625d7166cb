"""Who gets which lane, and when a lane is free."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.jobs import runners
from apps.jobs.errors import LeaseLost
from apps.jobs.leases import (
    drop_unknown_lanes,
    lease_lanes,
    next_job,
    postpone_lane,
    release_lane,
    take_computing_job,
    work_waits,
)
from apps.jobs.models import Job, JobEvent, Lane, Runner, Status
from apps.jobs.services import cancel_job, enqueue, retry_job
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside

pytestmark = pytest.mark.django_db(transaction=True)


def lanes(tenant: Tenant, count: int, *, jobs: int = 1) -> list[Job]:
    def put_on() -> list[Job]:
        return [
            enqueue("tests.note", params={"word": f"{lane}.{n}"}, lane=f"lane:{lane}", actor=tenant.system)
            for n in range(jobs)
            for lane in range(count)
        ]

    return inside(tenant, put_on)


def runner(cluster: str = "io", *, seconds: float = 10.0) -> int:
    return runners.register(cluster, seconds)


def ended(job: Job) -> None:
    Job.unscoped.filter(pk=job.pk).update(status=Status.SUCCEEDED, finished_at=timezone.now())


def word(job: Job) -> str:
    return str(job.params["word"])


def test_lane_comes_with_its_first_job_started(acme: Tenant) -> None:
    first, _ = lanes(acme, 1, jobs=2)
    me = runner()

    ((lane, held),) = lease_lanes(me, 10)

    assert (lane.key, lane.organization_id, lane.epoch) == ("lane:0", acme.organization.pk, 1)
    assert (held.job.pk, held.epoch, held.position) == (first.pk, 1, 0)
    row = Job.unscoped.get(pk=first.pk)
    assert (row.status, row.attempt, row.runner_id, row.epoch) == (Status.RUNNING, 1, me, 1)
    assert row.started_at == row.taken_at
    told = JobEvent.unscoped.filter(job=first).order_by("seq").values_list("seq", "message")
    assert list(told)[1:] == [(2, "Started, attempt 1 of 5")]


def test_lane_that_is_held_is_nobody_elses(acme: Tenant) -> None:
    lanes(acme, 3)
    assert len(lease_lanes(runner(), 2)) == 2
    assert len(lease_lanes(runner(), 10)) == 1
    assert lease_lanes(runner(), 10) == []
    assert not work_waits("io")


def test_big_tenant_does_not_starve_the_small_ones(acme: Tenant, globex: Tenant) -> None:
    lanes(acme, 30)
    lanes(globex, 3)
    taken = [lane.organization_id for lane, _ in lease_lanes(runner(), 6)]
    assert (taken.count(acme.organization.pk), taken.count(globex.organization.pk)) == (3, 3)


def test_turns_count_what_a_tenant_holds_already(acme: Tenant, globex: Tenant) -> None:
    """Places come free one by one, and the tenant whose lanes wait longest would win each of them."""
    lanes(acme, 30)
    me = runner()
    assert len(lease_lanes(me, 5)) == 5
    lanes(globex, 4)
    taken = [lease_lanes(me, 1)[0][0].organization_id for _ in range(4)]
    assert taken == [globex.organization.pk] * 4


def test_lanes_of_a_dead_runner_are_free_and_its_jobs_are_resumed(acme: Tenant) -> None:
    (job,) = lanes(acme, 1)
    dead = runner()
    lease_lanes(dead, 1)
    Runner.objects.filter(pk=dead).delete()

    ((lane, held),) = lease_lanes(runner(), 1)

    assert (lane.epoch, held.epoch) == (2, 2)
    row = Job.unscoped.get(pk=job.pk)
    assert (row.status, row.attempt, row.deaths) == (Status.RUNNING, 1, 1)
    last = JobEvent.unscoped.filter(job=job).latest("seq")
    assert (last.kind, last.level) == ("resumed", "warning")


def test_lease_that_ran_out_frees_its_lanes_and_is_never_revived(acme: Tenant) -> None:
    lanes(acme, 1)
    late = runner(seconds=10)
    lease_lanes(late, 1)
    Runner.objects.filter(pk=late).update(alive_until=F("alive_until") - timedelta(seconds=11))

    assert work_waits("io")
    assert not runners.renew(late, 10).alive
    assert len(lease_lanes(runner(), 1)) == 1


def test_dead_runner_takes_nothing(acme: Tenant) -> None:
    lanes(acme, 1)
    inside(acme, lambda: enqueue("tests.compute", params={"word": "a"}, actor=acme.system))
    dead = runner()
    Runner.objects.filter(pk=dead).delete()
    with pytest.raises(LeaseLost):
        lease_lanes(dead, 1)
    with pytest.raises(LeaseLost):
        take_computing_job(dead)
    assert Job.unscoped.filter(status=Status.QUEUED).count() == 2


def test_beat_prolongs_and_brings_home_who_was_cancelled(acme: Tenant) -> None:
    first, _ = lanes(acme, 2)
    me = runner(seconds=1)
    lease_lanes(me, 2)
    until = Runner.objects.get(pk=me).alive_until
    inside(acme, lambda: cancel_job(first, actor=acme.system))

    renewal = runners.renew(me, 10)

    assert renewal == runners.Renewal(alive=True, cancelled=frozenset({first.pk}))
    assert Runner.objects.get(pk=me).alive_until > until + timedelta(seconds=8)


def test_next_job_follows_in_order_and_the_empty_lane_is_given_back(acme: Tenant) -> None:
    first, second = lanes(acme, 1, jobs=2)
    ((lane, held),) = lease_lanes(runner(), 1)
    ended(first)

    following = next_job(lane)
    assert following is not None
    assert (held.job.pk, following.job.pk) == (first.pk, second.pk)
    ended(second)
    assert next_job(lane) is None
    row = Lane.unscoped.get()
    assert (row.runner_id, row.waiting_since) == (None, None)


def test_next_job_asked_twice_because_the_answer_was_lost_is_the_same(acme: Tenant) -> None:
    first, second = lanes(acme, 1, jobs=2)
    ((lane, _),) = lease_lanes(runner(), 1)
    ended(first)

    once, again = next_job(lane), next_job(lane)

    assert once is not None
    assert again is not None
    assert (once.job.pk, once.epoch, once.position) == (again.job.pk, again.epoch, again.position)
    assert JobEvent.unscoped.filter(job=second).count() == 2  # queued, started


def test_runner_that_lost_its_lane_takes_nothing_from_it(acme: Tenant) -> None:
    first, second = lanes(acme, 1, jobs=2)
    slow = runner()
    ((lane, _),) = lease_lanes(slow, 1)
    Runner.objects.filter(pk=slow).delete()
    ((theirs, held),) = lease_lanes(runner(), 1)

    assert next_job(lane) is None
    release_lane(lane)
    row = Lane.unscoped.get()
    assert (row.runner_id, row.epoch) == (theirs.runner_id, 2)
    assert (held.job.pk, Job.unscoped.get(pk=second.pk).status) == (first.pk, Status.QUEUED)


def test_released_lane_waits_on_and_is_no_death(acme: Tenant) -> None:
    (job,) = lanes(acme, 1)
    ((lane, _),) = lease_lanes(runner(), 1)
    release_lane(lane)

    lease_lanes(runner(), 1)

    row = Job.unscoped.get(pk=job.pk)
    assert (row.status, row.deaths, row.attempt) == (Status.RUNNING, 0, 1)
    assert JobEvent.unscoped.filter(job=job).latest("seq").level == "info"


def test_dismissed_runner_leaves_everything_free(acme: Tenant) -> None:
    lanes(acme, 2)
    me = runner()
    lease_lanes(me, 2)
    runners.dismiss(me)

    assert not Runner.objects.exists()
    assert len(lease_lanes(runner(), 10)) == 2
    assert not Job.unscoped.filter(deaths__gt=0).exists()


def test_started_job_is_resumed_before_an_older_one_that_was_retried(acme: Tenant) -> None:
    older, newer = lanes(acme, 1, jobs=2)
    Job.unscoped.filter(pk=older.pk).update(status=Status.FAILED)
    ((lane, held),) = lease_lanes(runner(), 1)
    assert held.job.pk == newer.pk
    inside(acme, lambda: retry_job(Job.objects.get(pk=older.pk), actor=acme.system))
    release_lane(lane)

    ((_, resumed),) = lease_lanes(runner(), 1)

    assert resumed.job.pk == newer.pk


def test_job_between_two_attempts_keeps_its_lane_from_an_older_one_that_was_retried(acme: Tenant) -> None:
    older, newer = lanes(acme, 1, jobs=2)
    Job.unscoped.filter(pk=older.pk).update(status=Status.FAILED)
    ((lane, _),) = lease_lanes(runner(), 1)
    inside(acme, lambda: retry_job(Job.objects.get(pk=older.pk), actor=acme.system))
    later = timezone.now() + timedelta(seconds=60)
    Job.unscoped.filter(pk=newer.pk).update(status=Status.RETRYING, not_before=later)

    assert next_job(lane) is None
    row = Lane.unscoped.get()
    assert (row.runner_id, row.waiting_since) == (None, later)


def test_lane_whose_only_job_was_cancelled_stops_waiting(acme: Tenant) -> None:
    (job,) = lanes(acme, 1)
    inside(acme, lambda: cancel_job(job, actor=acme.system))
    assert work_waits("io")
    assert lease_lanes(runner(), 1) == []
    assert not work_waits("io")


def test_broken_lane_rests(acme: Tenant) -> None:
    lanes(acme, 1)
    ((lane, _),) = lease_lanes(runner(), 1)
    postpone_lane(lane, 30)
    assert not work_waits("io")
    waiting_since = Lane.unscoped.get().waiting_since
    assert waiting_since is not None
    assert timedelta(seconds=25) < waiting_since - timezone.now() <= timedelta(seconds=30)


def test_lanes_of_which_the_runner_never_heard_are_given_back(acme: Tenant) -> None:
    lanes(acme, 3)
    me = runner()
    (known, _), *_ = lease_lanes(me, 3)
    drop_unknown_lanes(me, [known.id])
    assert list(Lane.unscoped.filter(runner=me).values_list("pk", flat=True)) == [known.id]
    assert len(lease_lanes(runner(), 10)) == 2


def test_a_hundred_lanes_take_as_many_statements_as_one(
    acme: Tenant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lanes(acme, 101)
    me = runner()
    statements = 12  # with BEGIN and COMMIT
    with django_assert_num_queries(statements):
        assert len(lease_lanes(me, 1)) == 1
    with django_assert_num_queries(statements):
        assert len(lease_lanes(me, 100)) == 100


def test_computing_jobs_are_taken_one_by_one_in_turn(acme: Tenant, globex: Tenant) -> None:
    for n in range(3):
        inside(acme, lambda n=n: enqueue("tests.compute", params={"word": f"a{n}"}, actor=acme.system))  # type: ignore[misc]
    inside(globex, lambda: enqueue("tests.compute", params={"word": "g0"}, actor=globex.system))

    taken = [take_computing_job(runner("cpu")) for _ in range(5)]

    assert [word(held.job) for held in taken if held] == ["a0", "g0", "a1", "a2"]
    assert not work_waits("cpu")


def test_computing_job_of_a_dead_runner_is_free(acme: Tenant) -> None:
    inside(acme, lambda: enqueue("tests.compute", params={"word": "a"}, actor=acme.system))
    dead = runner("cpu")
    take_computing_job(dead)
    assert take_computing_job(runner("cpu")) is None
    Runner.objects.filter(pk=dead).delete()

    held = take_computing_job(runner("cpu"))

    assert held is not None
    assert (held.epoch, held.job.deaths) == (2, 1)


def test_computing_job_waits_for_its_next_attempt(acme: Tenant) -> None:
    job = inside(acme, lambda: enqueue("tests.compute", params={"word": "a"}, actor=acme.system))
    later = timezone.now() + timedelta(seconds=60)
    Job.unscoped.filter(pk=job.pk).update(status=Status.RETRYING, not_before=later)
    assert take_computing_job(runner("cpu")) is None
    Job.unscoped.update(not_before=timezone.now() - timedelta(seconds=1))
    assert take_computing_job(runner("cpu")) is not None
