"""A capture that is interrupted, wherever, gives the snapshot that an undisturbed one gives."""

import random
import threading
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.jobs.services import cancel_job
from apps.sandbox.faults import Fault
from apps.snapshots.models import CaptureNode, CapturePart, Chunk, ObjectVersion, Snapshot, SnapshotState, StoredFile
from apps.snapshots.store.versions import alive_at
from tests.jobs.pending import run_pending
from tests.snapshots.interrupting import run_in_pieces
from tests.snapshots.studio import Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)


def fingerprint(snapshot: Snapshot) -> Counter[tuple[Any, ...]]:
    """Everything but people: a bot sees more of itself than of others."""
    rows = alive_at(snapshot.workspace_id, snapshot.number).exclude(kind="user")
    columns = ("object", "kind", "parent", "title", "sort_key", "lines")
    return Counter((*row, bytes(digest)) for *row, digest in rows.values_list(*columns, "digest"))


@pytest.mark.parametrize("cut", [False, True], ids=["stopped", "cut off"])
def test_interruptions_change_nothing(studio: Studio, cut: bool) -> None:
    token = studio.sandbox.issue_token()
    undisturbed = studio.capture()
    twin = Studio.connect(studio.tenant, studio.sandbox, studio.workspace.base_url, token)
    job = twin.start()
    pieces = run_in_pieces(random.Random(5), cut=cut)
    snapshot = twin.snapshot_of(job)
    assert pieces > 2
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(twin, snapshot, token)
    assert fingerprint(snapshot) == fingerprint(undisturbed)
    assert snapshot.counts == undisturbed.counts


def test_a_long_page_goes_on_where_it_stopped(studio: Studio) -> None:
    """The page of the most listings is read in pieces, and no listing of it is asked for much more than once."""
    long_page = add_toggles(studio, 150)
    studio.sandbox.service.settings.latency = 0.002
    studio.sandbox.calls.clear()
    job = studio.start()
    pieces = run_in_pieces(random.Random(1), cut=False)
    snapshot = studio.snapshot_of(job)
    assert snapshot.state == SnapshotState.COMPLETE
    assert pieces > 3
    assert_equals_the_truth(studio, snapshot)
    assert len(studio.content(snapshot).blocks[long_page]) > 300
    assert not CapturePart.objects.exists()
    listings = studio.sandbox.calls["GET /v1/blocks/{block_id}/children"]
    needed = 150 + len(studio.sandbox.expected()["blocks"])
    assert listings < needed * 2


def add_toggles(studio: Studio, count: int) -> str:
    """Append toggles with a paragraph inside to a page; its id."""
    page = next(page for page in studio.sandbox.world.pages.values() if page.parent is None)
    inside = {"type": "paragraph", "paragraph": {"rich_text": [{"text": {"content": "inside"}}]}}
    toggle = {"type": "toggle", "toggle": {"rich_text": [{"text": {"content": "open"}}], "children": [inside]}}
    for _ in range(count // 50):
        studio.write("PATCH", f"blocks/{page.id}/children", {"children": [toggle] * 50})
    return page.id


def test_cancelling_takes_everything_back(studio: Studio, settings: Settings) -> None:
    settings.JOBS = {**settings.JOBS, "beat": 0.05}
    first = studio.capture()
    stored = set(ObjectVersion.objects.values_list("pk", "until_no"))
    files = set(StoredFile.objects.values_list("pk", flat=True))
    page = next(page for page in studio.sandbox.world.pages.values() if page.data_source and not page.in_trash)
    page.title = "Changed in between"
    page.edited += 600
    studio.sandbox.world.revision += 1
    job = studio.start()
    studio.sandbox.faults.add(Fault("slow", path="/v1/users", delay=0.5, times=None))
    cancelling = cancel_after(studio, job)
    run_pending()
    cancelling.join()
    job.refresh_from_db()
    snapshot = studio.snapshot_of(job)
    assert (job.status, snapshot.state) == ("cancelled", SnapshotState.CANCELLED)
    assert set(ObjectVersion.objects.values_list("pk", "until_no")) == stored
    assert set(StoredFile.objects.values_list("pk", flat=True)) == files
    assert not CaptureNode.objects.exists()
    assert not Chunk.objects.exists()
    assert snapshot.counts == {}
    third = studio.capture()
    assert (third.number, third.state) == (first.number + 2, SnapshotState.COMPLETE)
    assert_equals_the_truth(studio, third)


def cancel_after(studio: Studio, job: Job) -> threading.Thread:
    """Cancel the job as soon as something of it is stored, from another thread."""
    actor = studio.tenant.actor(Role.OPERATOR)

    def wait_and_cancel() -> None:
        with scope(studio.tenant.organization.pk):
            while not CaptureNode.objects.filter(state="done").exists():
                time.sleep(0.01)
            cancel_job(Job.objects.get(pk=job.pk), actor=actor)
        connection.close()

    thread = threading.Thread(target=wait_and_cancel)
    thread.start()
    return thread
