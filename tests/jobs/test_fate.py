"""What becomes of a job: the class of its error decides."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from apps.core.actor import Actor
from apps.core.errors import ConfigError, TransientError
from apps.jobs.errors import CancelledByUser, LeaseLost
from apps.jobs.leases import work_waits
from apps.jobs.models import Job, JobEvent, Lane, Status
from apps.jobs.services import enqueue
from apps.jobs.state import Change
from apps.jobs.verdict import Ending, backoff, judge
from tests.jobs.kinds import DIARY
from tests.jobs.pending import run_pending

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
running = pytest.mark.usefixtures("inside_acme")
database = pytest.mark.django_db(transaction=True)


def failing(actor: Actor, error: str, **params: object) -> Job:
    job = enqueue("tests.fail", params={"error": error, **params}, lane="one", actor=actor)
    run_pending()
    job.refresh_from_db()
    return job


@database
@running
def test_transient_error_is_tried_again_until_it_passes(actor: Actor) -> None:
    job = failing(actor, "transient", times=2)

    assert (job.status, job.attempt, job.error) == (Status.SUCCEEDED, 3, "")
    assert DIARY.entries == [1, 2, 3]
    changes = list(JobEvent.objects.filter(job=job).order_by("seq").values_list("kind", flat=True))
    assert changes == ["queued", "started", "retrying", "started", "retrying", "started", "succeeded"]
    assert job.started_at == JobEvent.objects.get(job=job, seq=2).at


@database
@running
def test_transient_error_becomes_a_dead_letter_after_the_last_attempt(actor: Actor) -> None:
    job = failing(actor, "transient")

    assert (job.status, job.attempt, job.max_attempts) == (Status.FAILED, 5, 5)
    assert job.error == "Notion did not answer. We tried 5 times."
    assert job.dead_lettered_at == job.finished_at


@database
@running
def test_job_waits_for_its_next_attempt_and_its_lane_with_it(actor: Actor, settings: Settings) -> None:
    settings.JOBS = {**settings.JOBS, "backoff": 100.0}
    job = failing(actor, "transient")
    enqueue("tests.note", params={"word": "behind"}, lane="one", actor=actor)
    run_pending()

    assert job.status == Status.RETRYING
    assert job.not_before is not None
    assert timedelta(seconds=75) < job.not_before - timezone.now() < timedelta(seconds=125)
    assert DIARY.entries == [1]  # a lane keeps its order: nothing overtakes the job that waits
    assert not work_waits("io")

    Job.objects.update(not_before=timezone.now())
    Lane.objects.update(waiting_since=timezone.now())
    run_pending()
    assert DIARY.entries[:2] == [1, 2]


@database
@running
def test_config_error_fails_at_once_with_its_own_words(actor: Actor) -> None:
    job = failing(actor, "config")

    assert (job.status, job.attempt, job.error_detail) == (Status.FAILED, 1, "ConfigError")
    assert job.error == "The bucket is full. Nothing was overwritten. Free space, then retry."
    assert job.dead_lettered_at is None


@database
@running
def test_bug_is_logged_with_its_traceback_and_told_without_details(
    actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "apps.jobs"):
        job = failing(actor, "bug")

    assert (job.status, job.attempt, job.error_detail) == (Status.FAILED, 1, "ZeroDivisionError")
    assert job.dead_lettered_at is not None
    assert "a detail that no customer may read" not in str(list(JobEvent.objects.values_list("message", "data")))
    assert "no customer" not in job.error
    (record,) = [record for record in caplog.records if record.name == "apps.jobs.lanes"]
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ZeroDivisionError)


@database
@running
def test_error_with_words_for_the_customer_tells_them(actor: Actor) -> None:
    job = failing(actor, "not_found")
    assert (job.status, job.error) == (Status.FAILED, "The snapshot is gone.")


@database
@running
def test_lane_that_cannot_be_opened_fails_the_job_that_needed_it(actor: Actor) -> None:
    job = enqueue("tests.note", params={"word": "x"}, lane="locked", actor=actor)
    run_pending()

    job.refresh_from_db()
    assert (job.status, job.error[:19]) == (Status.FAILED, "The key was revoked")
    assert DIARY.entries == []


@database
@running
def test_result_that_cannot_be_written_fails_the_job_and_not_the_lane(actor: Actor) -> None:
    broken = enqueue("tests.unwritable", lane="one", actor=actor)
    behind = enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    run_pending()

    broken.refresh_from_db()
    behind.refresh_from_db()
    assert (broken.status, broken.error_detail) == (Status.FAILED, "TypeError")
    assert behind.status == Status.SUCCEEDED


@database
@running
def test_kind_that_is_gone_is_a_dead_letter(actor: Actor) -> None:
    job = enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    Job.objects.update(kind="tests.gone")
    run_pending()

    job.refresh_from_db()
    assert (job.status, job.error_detail) == (Status.FAILED, "UnknownKind")
    assert job.dead_lettered_at is not None


@database
@running
def test_job_that_kills_its_workers_is_not_started_for_ever(actor: Actor) -> None:
    job = enqueue("tests.note", params={"word": "x"}, lane="one", actor=actor)
    Job.objects.update(status=Status.RUNNING, runner_id=999_999, deaths=4)
    run_pending()

    job.refresh_from_db()
    assert (job.status, job.error_detail) == (Status.FAILED, "DeadlyJob")
    assert DIARY.entries == []


@database
@running
def test_computing_job_fails_by_the_same_rules(actor: Actor) -> None:
    errors = ("transient", "config", "bug")
    jobs = [enqueue("tests.compute", params={"word": e, "error": e}, actor=actor) for e in errors]
    run_pending()

    found = {job.params["error"]: job for job in Job.objects.filter(pk__in=[job.pk for job in jobs])}
    assert {job.status for job in found.values()} == {Status.FAILED}
    assert {error: job.attempt for error, job in found.items()} == {"transient": 5, "config": 1, "bug": 1}
    assert {error for error, job in found.items() if job.dead_lettered_at} == {"transient", "bug"}


# The verdict alone


def job(attempt: int = 1, **fields: object) -> Job:
    return Job(title="A job", attempt=attempt, max_attempts=3, **fields)


@pytest.mark.parametrize(
    ("errors", "change"),
    [
        ([TransientError("a"), TransientError("b")], Change.RETRYING),
        ([TransientError("a"), ConfigError("b")], Change.FAILED),
        ([ConfigError("a"), CancelledByUser()], Change.CANCELLED),
        ([KeyError("a"), CancelledByUser()], Change.CANCELLED),
    ],
)
def test_of_several_errors_the_gravest_decides(errors: list[Exception], change: Change) -> None:
    nested = ExceptionGroup("outer", [ExceptionGroup("inner", errors)])
    assert judge(job(), Ending(nested), NOW).change is change


def test_unexpected_error_does_not_hide_behind_a_transient_one() -> None:
    verdict = judge(job(), Ending(ExceptionGroup("both", [TransientError("a"), KeyError("b")])), NOW)
    assert (verdict.change, type(verdict.unexpected)) == (Change.FAILED, KeyError)


def test_lost_lease_allows_no_verdict() -> None:
    with pytest.raises(LeaseLost):
        judge(job(), Ending(ExceptionGroup("both", [KeyError("a"), LeaseLost("b")])), NOW)


def test_function_that_was_told_to_stop_goes_on_elsewhere() -> None:
    assert judge(job(), Ending(told_to_stop=True), NOW).change is None
    assert judge(job(), Ending(told_to_stop=True, cancelled=True), NOW).change is Change.CANCELLED
    assert judge(job(), Ending(cancelled=True), NOW).change is Change.SUCCEEDED  # it was done before it heard


def test_gap_makes_a_job_without_counts_incomplete() -> None:
    verdict = judge(job(), Ending(gap="2 comments could not be read"), NOW)
    assert (verdict.change, verdict.message) == (Change.INCOMPLETE, "Incomplete: 2 comments could not be read")


def test_backoff_doubles_up_to_a_limit_and_never_undercuts_the_other_side(settings: Settings) -> None:
    settings.JOBS = {**settings.JOBS, "backoff": 5.0, "backoff_limit": 60.0}
    for attempt, middle in [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (50, 60)]:
        assert 0.8 * middle <= backoff(attempt) <= 1.2 * middle
    assert backoff(1, retry_after=90.0) == 90.0
    verdict = judge(job(), Ending(TransientError("busy", retry_after=90.0)), NOW)
    assert verdict.data["not_before"] == (NOW + timedelta(seconds=90)).isoformat()
