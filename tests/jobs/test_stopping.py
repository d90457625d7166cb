"""Cancelling, handing over, losing the lease: how a job ends before its end."""

import time

import pytest
from pytest_django import Settings

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden
from apps.jobs.conf import GRACE
from apps.jobs.models import Job, JobEvent, Lane, Runner, Status
from apps.jobs.selectors import state_from_events
from apps.jobs.services import cancel_job, enqueue, retry_job
from apps.jobs.state import JobState
from tests.factories.tenants import Tenant
from tests.jobs.kinds import DIARY
from tests.jobs.pending import run_pending
from tests.jobs.shifts import shift_beside, work_one_shift

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


def short_shifts(settings: Settings, seconds: float) -> None:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "timeout": GRACE + seconds}


def events(job: Job) -> list[str]:
    return list(JobEvent.objects.filter(job=job).order_by("seq").values_list("kind", flat=True))


@pytest.mark.parametrize("polite", [True, False], ids=["returns", "raises"])
def test_running_job_ends_at_its_next_checkpoint(actor: Actor, polite: bool) -> None:
    job = enqueue("tests.wait", params={"polite": polite}, lane="one", actor=actor)
    behind = enqueue("tests.note", params={"word": "behind"}, lane="one", actor=actor)
    with shift_beside("io"):
        assert DIARY.began.wait(5)
        cancel_job(Job.objects.get(pk=job.pk), actor=actor)

    job.refresh_from_db()
    behind.refresh_from_db()
    assert (job.status, job.done, job.word) == (Status.CANCELLED, 3, "Cancelled")
    assert events(job) == ["queued", "started", "cancel_requested", "cancelled"]
    assert state_from_events(job) == JobState.of(job)
    assert behind.status == Status.SUCCEEDED


def test_computing_job_ends_too(actor: Actor) -> None:
    job = enqueue("tests.compute_until", actor=actor)
    with shift_beside("cpu"):
        assert DIARY.began.wait(5)
        cancel_job(Job.objects.get(pk=job.pk), actor=actor)

    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_waiting_job_is_cancelled_at_once_and_never_runs(actor: Actor) -> None:
    job = enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    cancel_job(job, actor=actor)
    assert (job.status, job.finished_at is not None) == (Status.CANCELLED, True)
    run_pending()
    assert DIARY.entries == []


def test_cancelling_is_refused_after_the_end_and_harmless_twice(actor: Actor) -> None:
    job = enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    Job.objects.update(status=Status.RUNNING)
    for _ in range(2):
        cancel_job(job, actor=actor)
    assert events(job).count("cancel_requested") == 1

    Job.objects.update(status=Status.SUCCEEDED)
    with pytest.raises(Conflicting, match="has ended already"):
        cancel_job(job, actor=actor)


def test_cancelled_job_that_is_retried_runs_to_its_end(actor: Actor) -> None:
    job = enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    cancel_job(job, actor=actor)
    retry_job(job, actor=actor)
    assert (job.status, job.cancel_requested) == (Status.QUEUED, False)
    run_pending()

    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED
    assert events(job) == ["queued", "cancelled", "redriven", "started", "succeeded"]
    assert state_from_events(job) == JobState.of(job)


def test_dead_letter_is_driven_again_with_fresh_attempts(actor: Actor) -> None:
    job = enqueue("tests.fail", params={"error": "transient"}, lane="one", max_attempts=2, actor=actor)
    run_pending()
    job.refresh_from_db()
    assert job.dead_lettered_at is not None

    retry_job(job, actor=actor)
    assert (job.status, job.attempt, job.error) == (Status.QUEUED, 0, "")
    assert not job.dead_lettered_at
    run_pending()
    assert DIARY.entries == [1, 2, 1, 2]


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.RETRYING, Status.SUCCEEDED])
def test_only_what_did_not_complete_can_be_retried(actor: Actor, status: Status) -> None:
    job = enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    Job.objects.update(status=status)
    with pytest.raises(Conflicting, match="did not complete"):
        retry_job(job, actor=actor)


def test_job_is_not_retried_beside_another_that_does_the_same(actor: Actor) -> None:
    first = enqueue("tests.note", params={"word": "x"}, lane="one", unique_key="nightly", actor=actor)
    Job.objects.update(status=Status.FAILED)
    enqueue("tests.note", params={"word": "x"}, lane="one", unique_key="nightly", actor=actor)
    with pytest.raises(Conflicting, match="on its way"):
        retry_job(first, actor=actor)


def test_both_need_their_permission_and_are_recorded(actor: Actor, acme: Tenant) -> None:
    job = enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    viewer = acme.actor(Role.VIEWER)
    with pytest.raises(Forbidden):
        cancel_job(job, actor=viewer)
    cancel_job(job, actor=actor)
    with pytest.raises(Forbidden):
        retry_job(job, actor=viewer)
    retry_job(job, actor=actor)

    entries = AuditEntry.objects.filter(subject_id=job.public_id).order_by("id")
    assert [(entry.event, entry.outcome) for entry in entries] == [
        ("job.cancelled", "refused"),
        ("job.cancelled", "succeeded"),
        ("job.retried", "refused"),
        ("job.retried", "succeeded"),
    ]
    assert [(before, after) for _, before, after in entries[1].changes] == [("queued", "cancelled")]


def test_end_of_the_shift_hands_over(actor: Actor, settings: Settings) -> None:
    short_shifts(settings, 0.2)
    waiting = enqueue("tests.wait", lane="one", actor=actor)
    behind = enqueue("tests.note", params={"word": "behind"}, lane="one", actor=actor)
    work_one_shift("io")

    waiting.refresh_from_db()
    behind.refresh_from_db()
    assert (waiting.status, waiting.runner_id, waiting.done) == (Status.RUNNING, None, 3)
    assert behind.status == Status.QUEUED
    lane = Lane.objects.get()
    assert (lane.runner_id, lane.waiting_since is not None) == (None, True)
    assert not Runner.objects.exists()

    short_shifts(settings, 60)
    with shift_beside("io"):
        time.sleep(0.2)
        cancel_job(Job.objects.get(pk=waiting.pk), actor=actor)
    assert events(waiting) == ["queued", "started", "resumed", "cancel_requested", "cancelled"]
    waiting.refresh_from_db()
    assert (waiting.attempt, waiting.deaths) == (1, 0)


def test_computing_shift_hands_over_too(actor: Actor, settings: Settings) -> None:
    job = enqueue("tests.compute_until", actor=actor)
    settings.Q_CLUSTER = {
        **settings.Q_CLUSTER,
        "ALT_CLUSTERS": {"cpu": {**settings.Q_CLUSTER["ALT_CLUSTERS"]["cpu"], "timeout": GRACE + 0.2}},
    }
    work_one_shift("cpu")

    job.refresh_from_db()
    assert (job.status, job.runner_id) == (Status.RUNNING, None)


def test_runner_whose_lease_is_gone_stops_and_writes_nothing_more(actor: Actor) -> None:
    job = enqueue("tests.wait", lane="one", actor=actor)
    with shift_beside("io"):
        assert DIARY.began.wait(5)
        Runner.objects.all().delete()

    job.refresh_from_db()
    assert (job.status, job.done) == (Status.RUNNING, 3)
    assert events(job) == ["queued", "started"]
    assert DIARY.entries == []
    assert DIARY.closed == ["one"]
