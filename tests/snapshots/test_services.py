"""Starting captures, and putting away those that ended without their job."""

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from apps.access.roles import Role
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.jobs.models import Job, Status
from apps.jobs.services import cancel_job
from apps.sandbox.faults import Fault
from apps.snapshots.capture.options import Options
from apps.snapshots.models import ObjectVersion, Snapshot, SnapshotState, StoredFile, Unmet
from apps.snapshots.services import start_capture
from apps.workspaces.models import WorkspaceStatus
from tests.jobs.pending import run_pending
from tests.snapshots.studio import Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_may_not_capture_does_not(studio: Studio) -> None:
    with pytest.raises(Forbidden):
        start_capture(studio.workspace, actor=studio.tenant.actor(Role.VIEWER))
    assert not Snapshot.objects.exists()
    assert not Job.objects.exists()


def test_a_disconnected_workspace_is_not_captured(studio: Studio) -> None:
    studio.workspace.status = WorkspaceStatus.DISCONNECTED
    with pytest.raises(Conflicting, match="disconnected"):
        studio.start()
    assert not Snapshot.objects.exists()


def test_there_are_three_ways_to_ask_for_comments() -> None:
    with pytest.raises(Invalid, match="none, pages, blocks"):
        Options(comments="all")
    assert Options.read(Options("blocks").stored()) == Options("blocks")


def abandon(studio: Studio, status: Status) -> Job:
    """A capture that came half way, whose job then ended without its function: as when its workers died again and
    again, or when it was cancelled while it waited."""
    studio.sandbox.faults.add(Fault("429", after=60, times=None, retry_after=60, path="/v1/"))
    job = studio.start()
    run_pending()
    studio.sandbox.faults.clear()
    Job.objects.filter(pk=job.pk).update(status=status)
    assert Snapshot.objects.get().is_open
    return job


def test_a_capture_that_was_given_up_is_named_incomplete_and_the_next_one_runs(studio: Studio) -> None:
    abandon(studio, Status.FAILED)
    assert Snapshot.objects.get().word == "Failed"
    second = studio.capture()
    first = Snapshot.objects.get(number=1)
    assert first.state == SnapshotState.INCOMPLETE
    assert Unmet.objects.filter(snapshot=first, reason="not_reached").exists()
    assert first.count("seen") == sum(first.count(name) for name in ("done", "skipped", "capped", "failed"))
    assert second.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, second)


def test_a_capture_that_was_cancelled_while_it_waited_is_taken_back(studio: Studio) -> None:
    abandon(studio, Status.CANCELLED)
    assert Snapshot.objects.get().word == "Cancelled"
    names = list(StoredFile.objects.values_list("name", flat=True))
    assert names
    second = studio.start()
    first = Snapshot.objects.get(number=1)
    assert first.state == SnapshotState.CANCELLED
    assert not ObjectVersion.objects.exists()
    cancel_job(second, actor=studio.tenant.actor(Role.OPERATOR))
    run_pending()
    assert not any(default_storage.exists(name) for name in names)


def test_a_file_that_the_lane_stores_again_meanwhile_survives(studio: Studio) -> None:
    abandon(studio, Status.CANCELLED)
    before = set(StoredFile.objects.values_list("name", flat=True))
    with transaction.atomic():
        transaction.on_commit(run_pending)  # the lane is faster than the process that started the capture
        job = studio.start()
    assert studio.snapshot_of(job).state == SnapshotState.COMPLETE
    names = set(StoredFile.objects.values_list("name", flat=True))
    assert before & names
    assert {name for name in names if not default_storage.exists(name)} == set()


def test_snapshots_are_numbered_by_workspace(studio: Studio) -> None:
    studio.capture()
    other = Studio.connect(studio.tenant, studio.sandbox, studio.workspace.base_url, studio.sandbox.issue_token())
    assert (other.capture().number, studio.capture().number) == (1, 2)


def test_one_capture_of_a_workspace_at_a_time(studio: Studio) -> None:
    studio.start()
    with pytest.raises(Conflicting, match="already on its way"):
        studio.start()
    assert Snapshot.objects.count() == 1


def test_a_capture_cancelled_in_the_queue_does_not_block_the_next(studio: Studio) -> None:
    job = studio.start()
    cancel_job(job, actor=studio.tenant.actor(Role.OPERATOR))
    assert Snapshot.objects.get().word == "Cancelled"
    snapshot = studio.capture()
    assert (snapshot.number, snapshot.state) == (2, SnapshotState.COMPLETE)
    assert Snapshot.objects.get(number=1).state == SnapshotState.CANCELLED
