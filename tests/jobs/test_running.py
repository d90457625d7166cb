"""Jobs that run to their end, in a lane or as computation."""

import pytest

from apps.core.actor import Actor
from apps.jobs.models import JobEvent, Lane, Runner, Status
from apps.jobs.selectors import state_from_events
from apps.jobs.services import enqueue
from apps.jobs.state import JobState
from tests.factories.tenants import Tenant
from tests.jobs.kinds import DIARY
from tests.jobs.pending import run_pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


def test_io_job_runs_in_its_lane_with_the_lanes_resource_and_scope(actor: Actor, acme: Tenant) -> None:
    job = enqueue("tests.note", params={"word": "one"}, lane="workspace:1", actor=actor)
    assert (job.status, job.title) == (Status.QUEUED, "Note one")

    run_pending()

    job.refresh_from_db()
    assert (job.status, job.word, job.result) == (Status.SUCCEEDED, "Succeeded", {"word": "one"})
    assert (job.done, job.total, job.attempt) == (1, 1, 1)
    assert DIARY.entries == [("one", "resource of workspace:1", acme.organization.pk)]


def test_lane_opens_once_and_keeps_the_order(actor: Actor) -> None:
    for word in "abc":
        enqueue("tests.note", params={"word": word}, lane="workspace:1", actor=actor)

    run_pending()

    assert [word for word, *_ in DIARY.entries] == ["a", "b", "c"]
    assert DIARY.opened == DIARY.closed == ["workspace:1"]


def test_nothing_is_held_afterwards(actor: Actor) -> None:
    enqueue("tests.note", params={"word": "one"}, lane="workspace:1", actor=actor)
    enqueue("tests.compute", params={"word": "two"}, actor=actor)

    run_pending()

    lane = Lane.objects.get()
    assert lane.runner_id is None
    assert lane.waiting_since is None
    assert not Runner.objects.exists()


def test_computing_job(actor: Actor, acme: Tenant) -> None:
    job = enqueue("tests.compute", params={"word": "two"}, actor=actor)

    run_pending()

    job.refresh_from_db()
    assert (job.status, job.word, job.result) == (Status.SUCCEEDED, "Complete", {"word": "two"})
    assert (job.done, job.total, job.stage) == (2, 2, "first half")
    assert DIARY.entries == [("two", acme.organization.pk)]
    told = list(JobEvent.objects.filter(job=job).order_by("seq").values_list("seq", "kind", "level"))
    assert told == [
        (1, "queued", "info"),
        (2, "started", "info"),
        (3, "log", "warning"),
        (4, "succeeded", "info"),
    ]


def test_counts_that_close_make_it_complete(actor: Actor) -> None:
    counts = {"pages": {"seen": 10, "done": 9, "skipped": 1}, "files": {"seen": 2, "done": 2}}
    job = enqueue("tests.count", params={"counts": counts}, lane="one", actor=actor)

    run_pending()

    job.refresh_from_db()
    assert (job.status, job.word, job.done, job.total) == (Status.SUCCEEDED, "Complete", 12, 12)


@pytest.mark.parametrize(
    "pages",
    [{"seen": 10, "done": 9, "failed": 1}, {"seen": 10, "done": 9, "capped": 1}, {"seen": 10, "done": 9}],
    ids=["failed", "capped", "unaccounted"],
)
def test_nothing_is_complete_that_was_not_proven(actor: Actor, pages: dict[str, int]) -> None:
    job = enqueue("tests.count", params={"counts": {"pages": pages}}, lane="one", actor=actor)

    run_pending()

    job.refresh_from_db()
    assert (job.status, job.word, job.result) == (Status.INCOMPLETE, "Incomplete", {"made": "job_0000"})


def test_checkpoints_of_one_job_may_come_from_many_tasks_at_once(actor: Actor) -> None:
    job = enqueue("tests.crowd", params={"size": 20}, lane="one", actor=actor)

    run_pending()

    job.refresh_from_db()
    assert (job.status, job.result) == (Status.SUCCEEDED, {"written": 100})
    assert len(set(DIARY.entries)) == 100
    assert job.position == 101  # each checkpoint, and the end


def test_task_cancelled_in_the_middle_of_a_checkpoint_does_not_lose_count(actor: Actor) -> None:
    job = enqueue("tests.torn", lane="one", actor=actor)

    run_pending()

    job.refresh_from_db()
    assert DIARY.entries == ["cancelled"]
    assert (job.status, job.done, job.position) == (Status.SUCCEEDED, 2, 3)


def test_lost_connection_is_replaced_in_the_middle_of_a_job(actor: Actor) -> None:
    job = enqueue("tests.shaky", lane="one", actor=actor)

    run_pending()

    job.refresh_from_db()
    assert (job.status, job.result, job.done) == (Status.SUCCEEDED, {"read": "read"}, 1)
    assert DIARY.entries == ["read", "read", "write", "write"]


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("tests.note", {"word": "one"}),
        ("tests.count", {"counts": {"pages": {"seen": 3, "done": 1}}, "missing": 2}),
        ("tests.fail", {"error": "transient", "times": 2}),
        ("tests.fail", {"error": "transient"}),
        ("tests.fail", {"error": "config"}),
        ("tests.fail", {"error": "bug"}),
    ],
)
def test_state_can_be_rebuilt_from_the_events(actor: Actor, kind: str, params: dict[str, object]) -> None:
    job = enqueue(kind, params=params, lane="one", actor=actor)
    run_pending()

    job.refresh_from_db()
    assert job.has_ended
    assert state_from_events(job) == JobState.of(job)
    seqs = list(JobEvent.objects.filter(job=job).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, job.event_count + 1))
