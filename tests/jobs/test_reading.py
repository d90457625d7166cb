"""What lists and pages know of jobs."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.core.actor import Actor
from apps.core.ui.status import status_of
from apps.jobs import cards, selectors
from apps.jobs.models import Job, JobEvent, Status
from apps.jobs.reconciliation import COLUMNS, reconciliation, shortfall
from apps.jobs.services import enqueue, retry_job
from apps.jobs.unmet import SHOWN_PER_GROUP, UnmetObject, grouped
from tests.jobs.kinds import NO_ANSWER, NOT_SHARED
from tests.jobs.pending import run_pending

database = pytest.mark.django_db(transaction=True)
inside = pytest.mark.usefixtures("inside_acme")


def jobs_in(actor: Actor, *statuses: Status, **fields: object) -> list[Job]:
    made = [enqueue("tests.compute", params={"word": status}, actor=actor) for status in statuses]
    for job, status in zip(made, statuses, strict=True):
        Job.objects.filter(pk=job.pk).update(status=status, **fields)
    return made


@database
@inside
def test_list_narrows_to_states_and_puts_active_ones_first(actor: Actor) -> None:
    failed, running, done, queued = jobs_in(actor, Status.FAILED, Status.RUNNING, Status.SUCCEEDED, Status.QUEUED)
    Job.objects.filter(pk=done.pk).update(counts={"pages": {"seen": 1, "done": 1}})

    assert list(selectors.jobs()) == [queued, done, running, failed]
    assert list(selectors.running_first(selectors.jobs())) == [queued, running, done, failed]
    for status, expected in {
        "active": [queued, running],
        "failed": [failed],
        "complete": [done],
        "succeeded": [],
        "nonsense": [],
    }.items():
        assert list(selectors.jobs(status=status)) == expected, status
    assert list(selectors.jobs(kind="tests.note")) == []
    assert selectors.running_count() == 1


@database
@inside
def test_attention_ends_when_a_later_job_does_better(actor: Actor) -> None:
    failed, incomplete = jobs_in(actor, Status.FAILED, Status.INCOMPLETE)
    assert list(selectors.needs_attention()) == [incomplete, failed]

    jobs_in(actor, Status.CANCELLED)
    assert len(selectors.needs_attention()) == 2
    jobs_in(actor, Status.SUCCEEDED)
    assert list(selectors.needs_attention()) == []


@database
@inside
def test_events_after_a_number(actor: Actor) -> None:
    job = enqueue("tests.compute", params={"word": "x"}, actor=actor)
    run_pending()
    assert [event.kind for event in selectors.events(job, after=2)] == ["log", "succeeded"]
    assert [line.level for line in cards.lines(selectors.events(job))] == ["info", "info", "warning", "ok"]


@database
@inside
def test_missing_objects_are_grouped_and_forgotten_when_somebody_retries(actor: Actor) -> None:
    counts = {"pages": {"seen": 60, "done": 15, "failed": 45}}
    job = enqueue("tests.count", params={"counts": counts, "missing": 45}, lane="one", actor=actor)
    run_pending()

    first, second = selectors.unmet(job)
    assert (first.title, first.count, len(first.objects), first.hidden) == (
        NOT_SHARED.title,
        23,
        SHOWN_PER_GROUP,
        3,
    )
    assert (second.fixable, second.count, second.objects[0].label) == (True, 22, "Page 1")
    assert JobEvent.objects.filter(job=job, kind="unmet", level="warning").count() == 45

    job.refresh_from_db()
    assert cards.retry_label(job, 45) == "Retry only these 45"
    assert cards.result_link(job, "acme") == ("Open it", "/o/acme/jobs/job_0000/")
    retry_job(job, actor=actor)
    assert selectors.unmet(job) == []


def test_object_that_was_told_twice_counts_once() -> None:
    first = UnmetObject(NO_ANSWER, "Page", "page", "1", "502")
    later = UnmetObject(NOT_SHARED, "Page", "page", "1", "404")
    (group,) = grouped([first, later])
    assert (group.title, group.count) == (NOT_SHARED.title, 1)


NOW = datetime(2026, 11, 20, 9, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"done": 50, "total": 100}, 10.0),
        ({"done": 50, "total": 100, "taken_done": 40}, 50.0),  # the rate of this worker, not of the one before
        ({"done": 40, "total": 100, "taken_done": 40}, None),
        ({"done": 50, "total": None}, None),
        ({"done": 0, "total": 100}, None),
        ({"done": 50, "total": 100, "status": Status.RETRYING}, None),
        ({"done": 120, "total": 100}, 0.0),
    ],
)
def test_time_left_goes_by_the_rate_since_the_job_was_taken(fields: dict[str, object], seconds: float | None) -> None:
    taken_at = NOW - timedelta(seconds=10)
    job = Job(**{"status": Status.RUNNING, "taken_at": taken_at, **fields})
    assert selectors.eta(job, NOW) == seconds


def test_steps_go_by_the_stage() -> None:
    job = Job(kind="tests.count", stage="Read", status=Status.RUNNING)
    assert cards.steps(job) == [
        ("Find", "done", False, ""),
        ("Read", "now", True, ""),
        ("Reconcile", "next", False, ""),
    ]


def test_polls_slow_down_after_five_minutes() -> None:
    assert cards.poll_seconds(Job(started_at=NOW - timedelta(seconds=299)), NOW) == 2
    assert cards.poll_seconds(Job(started_at=NOW - timedelta(seconds=301)), NOW) == 10
    assert cards.poll_seconds(Job(), NOW) == 2


@pytest.mark.parametrize("status", Status)
def test_every_state_has_its_word_in_the_closed_list(status: Status) -> None:
    assert status_of(Job(status=status).word)
    assert status_of(Job(status=status, counts={"pages": {"seen": 1, "done": 1}}).word)


rows = st.fixed_dictionaries({name: st.integers(0, 1000) for name in COLUMNS})


@given(st.dictionaries(st.text(min_size=1, max_size=8), rows, max_size=5))
def test_sums_add_up_and_complete_means_nothing_is_missing(counts: dict[str, dict[str, int]]) -> None:
    found = reconciliation(counts)
    for name in COLUMNS:
        assert getattr(found.total, name) == sum(row[name] for row in counts.values())
    assert found.total.left == sum(row.left for row in found.rows)
    if found.complete:
        assert all(row.seen == row.done + row.skipped for row in found.rows)


def test_what_is_missing_is_told_in_grammar() -> None:
    assert shortfall(1, 433) == "1 of 433 objects is missing or cut"
    assert shortfall(2_000, 12_433) == "2,000 of 12,433 objects are missing or cut"


def test_columns_that_nobody_knows_are_refused() -> None:
    with pytest.raises(TypeError):
        reconciliation({"pages": {"seen": 1, "lost": 1}})
