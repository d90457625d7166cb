"""A disk, store or database that takes no more: a sentence that says what to do, nothing half, and a retry goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.storage_errors import DATABASE_FULL
from apps.jobs.models import Job, Lane
from apps.jobs.services import retry_job
from apps.snapshots.models import CaptureNode, ObjectVersion, SnapshotState, StoredFile, Unmet
from tests.jobs.pending import run_pending
from tests.snapshots import full_stores
from tests.snapshots.studio import Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def use_store(settings: Settings) -> Callable[[str | None], None]:
    usual = settings.STORAGES

    def use(name: str | None) -> None:
        full_stores.FillingDisk.taken = full_stores.LosingStore.taken = 0
        backend = {**usual["default"], "BACKEND": f"tests.snapshots.full_stores.{name}"}
        if name == "LosingStore":
            backend.pop("OPTIONS", None)
        settings.STORAGES = {**usual, "default": backend} if name else usual

    return use


def retried(studio: Studio, job: Job) -> None:
    retry_job(job, actor=studio.tenant.actor(Role.OPERATOR))
    run_pending()
    job.refresh_from_db()


def test_a_disk_that_fills_up_keeps_no_half_file_and_a_retry_goes_on(
    studio: Studio, use_store: Callable[[str | None], None], tmp_path: Path
) -> None:
    use_store("FillingDisk")
    snapshot = studio.capture()
    job = Job.objects.get()
    assert (job.status, snapshot.state) == ("failed", SnapshotState.INCOMPLETE)
    assert job.error == (
        "There is no space left on the disk where files are made or kept. What was read so far is kept, and nothing "
        "half-written. Free space, then retry."
    )
    assert job.dead_lettered_at is None, "whoever runs this installation need not look for a mistake"
    kept = {path.name for path in (tmp_path / "files").rglob("*") if path.is_file()}
    assert kept == {name.rpartition("/")[2] for name in StoredFile.objects.values_list("name", flat=True)}
    assert len(kept) == full_stores.TAKEN_BEFORE
    assert Unmet.objects.filter(reason="not_reached", kind="files").exists()
    use_store(None)
    retried(studio, job)
    snapshot.refresh_from_db()
    assert (job.status, snapshot.state) == ("succeeded", SnapshotState.COMPLETE)
    assert_equals_the_truth(studio, snapshot)


def test_a_store_that_cannot_be_reached_puts_the_capture_off(
    studio: Studio, use_store: Callable[[str | None], None]
) -> None:
    use_store("LosingStore")
    snapshot = studio.start()
    Job.objects.filter(pk=snapshot.pk).update(max_attempts=2)
    run_pending()
    job = Job.objects.get()
    opened = studio.snapshot_of(job)
    assert (job.status, opened.state) == ("failed", SnapshotState.INCOMPLETE)
    assert job.error == "The file store did not take a file. What was read so far is kept. We tried 2 times."
    assert Unmet.objects.filter(reason="not_reached").exists()
    use_store("LosingStore")
    full_stores.LosingStore.taken = -1_000
    retried(studio, job)
    opened.refresh_from_db()
    assert opened.state == SnapshotState.COMPLETE


@contextmanager
def a_full_database(room: int) -> Iterator[None]:
    """SQLite itself says that it is full once it has grown by ``room`` pages."""

    def bound(connection: Any, **_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            limit = cursor.fetchone()[0] + room if not bounds else bounds[0]
            bounds.append(limit)
            cursor.execute(f"PRAGMA max_page_count = {limit}")

    bounds: list[int] = []
    connection_created.connect(bound)
    try:
        yield
    finally:
        connection_created.disconnect(bound)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="this is how SQLite tells a full disk")
def test_a_full_database_fails_the_job_in_words_and_a_retry_goes_on(studio: Studio, settings: Settings) -> None:
    settings.JOBS = {**settings.JOBS, "lease": 2.0, "beat": 0.5}
    job = studio.start()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no free pages to hide the end
    with a_full_database(room=60):
        run_pending()
    job.refresh_from_db()
    snapshot = studio.snapshot_of(job)
    assert (job.status, job.error) == ("failed", DATABASE_FULL)
    assert job.dead_lettered_at is None
    assert snapshot.state in (SnapshotState.OPEN, SnapshotState.INCOMPLETE), "as far as its end could be written"
    assert ObjectVersion.objects.count() > 0
    done = CaptureNode.objects.filter(state="done").count()
    assert done > 0
    Lane.objects.filter(jobs=job).update(waiting_since=timezone.now())
    retried(studio, job)
    snapshot.refresh_from_db()
    assert (job.status, snapshot.state) == ("succeeded", SnapshotState.COMPLETE)
    assert_equals_the_truth(studio, snapshot)
