"""Jobs that run to their end, in a lane or as computation."""

import pytest

from apps.core.actor import Actor
from apps.core.tenancy import scope
from apps.jobs.models import Job, JobEvent, Lane, Runner, Status
from apps.jobs.services import enqueue
from apps.organizations.models import Organization
from tests.jobs.kinds import DIARY
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture(autouse=True)
def _diary() -> None:
    DIARY.clear()


def test_io_job_runs_in_its_lane_with_the_lanes_resource_and_scope(actor: Actor, organization: Organization) -> None:
    job = enqueue("tests.note", params={"word": "one"}, lane="workspace:1", actor=actor)
    assert (job.status, job.title) == (Status.QUEUED, "Note one")

    run_pending()

    job.refresh_from_db()
    assert (job.status, job.word, job.result) == (Status.SUCCEEDED, "Succeeded", {"word": "one"})
    assert (job.done, job.total, job.attempt) == (1, 1, 1)
    assert DIARY.entries == [("one", "resource of workspace:1", organization.pk)]


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


def test_computing_job(actor: Actor, organization: Organization) -> None:
    job = enqueue("tests.compute", params={"word": "two"}, actor=actor)

    run_pending()

    job.refresh_from_db()
    assert (job.status, job.word, job.result) == (Status.SUCCEEDED, "Complete", {"word": "two"})
    assert (job.done, job.total, job.stage) == (2, 2, "first half")
    assert DIARY.entries == [("two", organization.pk)]
    kinds = list(JobEvent.objects.filter(job=job).order_by("seq").values_list("kind", "seq"))
    assert kinds == [("queued", 1), ("started", 2), ("log", 3), ("succeeded", 4)]


def test_tenants_run_in_their_own_scope(actor: Actor, organization: Organization, other: Organization) -> None:
    enqueue("tests.note", params={"word": "here"}, lane="workspace:1", actor=actor)
    assert Job.objects.count() == 1
    with_other = {"word": "there"}
    run_in_other(other, with_other)

    run_pending()

    assert {(word, where) for word, _, where in DIARY.entries} == {("here", organization.pk), ("there", other.pk)}


def run_in_other(other: Organization, params: dict[str, str]) -> None:
    import contextvars

    from tests.jobs.conftest import actor_of

    def put_on() -> None:
        with scope(other.pk):
            enqueue("tests.note", params=params, lane="workspace:1", actor=actor_of(other))

    contextvars.Context().run(put_on)
