"""Putting jobs on: part of the caller's transaction, once per key, with one bell for many."""

import pytest
from django.db import transaction

from apps.core.actor import Actor
from apps.jobs.errors import UnknownKind
from apps.jobs.models import Job, JobEvent, Lane, Status
from apps.jobs.registry import job as declare
from apps.jobs.registry import kinds
from apps.jobs.run import JobRun
from apps.jobs.services import enqueue
from tests.jobs.bells import CLUSTERS, bells
from tests.jobs.pending import run_pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inside_acme")]


def test_who_what_about_what(actor: Actor) -> None:
    about = enqueue("tests.note", params={"word": "one"}, lane="one", actor=actor)
    job = enqueue("tests.compute", title="My title", params={"word": "two"}, subject=about, actor=actor)

    job.refresh_from_db()
    assert (job.title, job.cluster, job.lane) == ("My title", "cpu", None)
    assert (job.subject_type, job.subject_id, job.subject_label) == ("jobs.job", about.public_id, "Note one")
    assert (job.created_by_kind, job.created_by_label) == ("user", actor.label)
    event = JobEvent.objects.get(job=job)
    assert (event.seq, event.kind, event.message) == (1, "queued", f"Queued by {actor.label}")


def test_rolled_back_caller_leaves_no_job_and_no_bell(actor: Actor) -> None:
    @transaction.atomic
    def caller() -> None:
        enqueue("tests.note", params={"word": "one"}, lane="one", actor=actor)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        caller()

    assert not Job.objects.exists()
    assert not Lane.objects.exists()
    assert [bells(cluster) for cluster in CLUSTERS] == [0, 0]


def test_one_bell_hangs_for_many_jobs_of_a_cluster(actor: Actor) -> None:
    for word in "abc":
        enqueue("tests.note", params={"word": word}, lane=word, actor=actor)
        enqueue("tests.compute", params={"word": word}, actor=actor)

    assert [bells(cluster) for cluster in CLUSTERS] == [1, 1]


def test_key_gives_the_active_job_back_and_lets_a_new_one_follow(actor: Actor) -> None:
    def once() -> Job:
        return enqueue("tests.note", params={"word": "x"}, lane="one", unique_key="nightly", actor=actor)

    first = once()
    assert once() == first
    run_pending()
    second = once()
    assert second != first
    assert (Job.objects.get(pk=first.pk).status, second.status) == (Status.SUCCEEDED, Status.QUEUED)


def test_lane_belongs_to_io_jobs_and_to_them_only(actor: Actor) -> None:
    with pytest.raises(TypeError, match="needs a lane"):
        enqueue("tests.note", params={"word": "x"}, actor=actor)
    with pytest.raises(TypeError, match="needs a lane"):
        enqueue("tests.compute", params={"word": "x"}, lane="one", actor=actor)


def test_unknown_kind_is_refused(actor: Actor) -> None:
    with pytest.raises(UnknownKind, match=r"tests\.nothing"):
        enqueue("tests.nothing", actor=actor)


def test_kinds_are_declared_once_and_fit_their_cluster() -> None:
    async def other(run: JobRun) -> None:
        """Never run."""

    assert kinds()["tests.note"].cluster == "io"
    with pytest.raises(TypeError, match="twice"):
        declare("tests.note", cluster="io")(other)
    with pytest.raises(TypeError, match="plain"):
        declare("tests.other", cluster="cpu")(other)


def test_lane_that_waits_keeps_its_place_when_more_comes(actor: Actor) -> None:
    enqueue("tests.note", params={"word": "a"}, lane="one", actor=actor)
    since = Lane.objects.get().waiting_since
    enqueue("tests.note", params={"word": "b"}, lane="one", actor=actor)
    assert Lane.objects.get().waiting_since == since
