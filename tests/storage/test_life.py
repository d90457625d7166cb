"""A file's whole life, the same on a disk and in a bucket: captured, shown, exported, linked to, swept away."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.exports.models import Export
from apps.exports.selectors import exports
from apps.exports.services import create_export, delete_export
from apps.jobs.services import retry_job
from apps.snapshots.models import Snapshot, SnapshotState, StoredFile
from apps.snapshots.retention.services import prune_soon
from tests.exports.archives import Opened
from tests.jobs.pending import run_pending
from tests.snapshots.studio import Studio, assert_equals_the_truth
from tests.storage.places import Bucket, Disk, Place, fetched
from tests.storage.refusing import refusing

pytestmark = pytest.mark.django_db(transaction=True)


def exported(studio: Studio, snapshot: Snapshot) -> Export:
    export = create_export(snapshot, format="json", actor=studio.tenant.actor(Role.OPERATOR))
    run_pending()
    return exports().get(pk=export.pk)


def test_captured_shown_exported_downloaded_and_deleted(studio: Studio, place: Place) -> None:
    snapshot = studio.capture()
    assert_equals_the_truth(studio, snapshot)
    files = {stored.name: stored for stored in StoredFile.objects.all()}
    assert files
    assert place.names() == files.keys()
    assert {name: sha256(place.read(name)).hexdigest() for name in files} == {
        name: stored.sha256 for name, stored in files.items()
    }

    api, root = studio.tenant.api(Role.VIEWER), f"/api/v1/o/{studio.tenant.slug}"
    for object_id in studio.content(snapshot).objects["file"]:
        path = f"{root}/snapshots/{snapshot.public_id}/files/{object_id}/"
        made = api.post(f"{path}links/")
        assert made.status_code == 201
        content, headers = fetched(made.json()["url"].removeprefix("http://127.0.0.1:8000"))
        assert sha256(content).hexdigest() in {stored.sha256 for stored in files.values()}
        assert headers["content-disposition"].startswith("attachment")
        assert headers["content-type"].startswith(("image/", "application/octet-stream"))

    export = exported(studio, snapshot)
    assert place.names() == {*files, export.storage_name, export.manifest_name}
    answer = api.get(f"{root}/exports/{export.public_id}/download/")
    assert answer.status_code == 302
    content, headers = fetched(answer["Location"])
    assert (sha256(content).hexdigest(), len(content)) == (export.sha256, export.size)
    assert headers["content-type"] == "application/zip"
    assert f"-snapshot-{snapshot.number}-json.zip" in headers["content-disposition"]
    assert AuditEntry.objects.filter(event="export.downloaded", subject_id=export.public_id).count() == 1

    browser = studio.tenant.browser(Role.OPERATOR)
    assert browser.get(f"/o/{studio.tenant.slug}/exports/{export.public_id}/").status_code == 200
    delete_export(export, actor=studio.tenant.actor(Role.OPERATOR))
    assert place.names() == files.keys()
    with pytest.raises((AssertionError, OSError), match=r"40[34]|no such export"):
        fetched(answer["Location"])


def test_what_no_row_names_is_swept_away_and_what_is_named_stays(studio: Studio, place: Place) -> None:
    studio.capture()
    named = place.names()
    orphan = f"{min(named).rpartition('/')[0]}/{'0' * 64}"
    place.write(orphan, b"left by a capture that was cut off")
    prune_soon(studio.workspace, studio.tenant.actor(Role.ADMIN))
    run_pending()
    assert place.names() == named


def test_a_file_that_the_store_has_lost_is_said_in_words(studio: Studio, place: Place) -> None:
    snapshot = studio.capture()
    export = exported(studio, snapshot)
    for name in place.names():
        place.remove(name)
    api, root = studio.tenant.api(Role.VIEWER), f"/api/v1/o/{studio.tenant.slug}"
    answer = api.get(f"{root}/exports/{export.public_id}/download/")
    assert (answer.status_code, "Create the export again" in answer.json()["detail"]) == (404, True)
    for object_id in studio.content(snapshot).objects["file"]:
        answer = api.get(f"{root}/snapshots/{snapshot.public_id}/files/{object_id}/")
        assert (answer.status_code, "no longer in the store" in answer.json()["detail"]) == (404, True)
    assert not AuditEntry.objects.filter(event="export.downloaded").exists()


def test_a_capture_without_its_bucket_says_so_and_goes_on_when_it_is_there(studio: Studio, bucket: Bucket) -> None:
    bucket.client.delete_bucket(Bucket=bucket.bucket)
    job = studio.start()
    run_pending()
    job.refresh_from_db()
    snapshot = studio.snapshot_of(job)
    assert (job.status, snapshot.state) == ("failed", SnapshotState.INCOMPLETE)
    assert job.error == (
        f"The file store has no bucket “{bucket.bucket}”. What was read so far is kept, and nothing half-written. Make "
        "it, or name another. `manage.py check_storage` tells more; mend it, then retry."
    )
    assert job.dead_lettered_at is None, "there is no mistake of ours to look for"
    bucket.create()
    retry_job(job, actor=studio.tenant.actor(Role.OPERATOR))
    run_pending()
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, snapshot)


def test_an_export_that_the_bucket_does_not_take_fails_in_words_and_a_page_says_what_it_cannot_read(
    studio: Studio, bucket: Bucket, settings: LazySettings
) -> None:
    snapshot = studio.capture()
    good = exported(studio, snapshot)
    with refusing(403, "AccessDenied") as address:
        options = {**bucket.entry()["OPTIONS"], "endpoint_url": address}
        settings.STORAGES = {**settings.STORAGES, "default": {**bucket.entry(), "OPTIONS": options}}
        export = create_export(snapshot, format="json", actor=studio.tenant.actor(Role.OPERATOR))
        run_pending()
        api = studio.tenant.api(Role.VIEWER)
        answer = api.get(f"/api/v1/o/acme/exports/{good.public_id}/download/")
        page = studio.tenant.browser(Role.VIEWER).get(f"/o/acme/exports/{good.public_id}/")
    export = exports().get(pk=export.pk)
    words = f"The file store refused access to the bucket “{bucket.bucket}” (AccessDenied)."
    assert (export.job.status, export.is_ready) == ("failed", False)
    assert export.error.startswith(words)
    assert (answer.status_code, page.status_code) == (422, 200)
    assert answer.json()["detail"].startswith("The file store refused access to the bucket")
    assert "The file store refused access to the bucket" in page.content.decode()


def test_from_the_disk_to_a_bucket_by_copying_the_folder(
    studio: Studio, disk: Disk, s3_server: str, settings: LazySettings
) -> None:
    """Names agree, so what ``aws s3 sync`` does is all that there is to do."""
    snapshot = studio.capture()
    before = exported(studio, snapshot)
    bucket = Bucket(s3_server)
    for name in disk.names():
        bucket.write(name, disk.read(name))
    bucket.use(settings)
    for name in disk.names():
        disk.remove(name)
    again = studio.capture()
    assert_equals_the_truth(studio, again)
    after = exported(studio, snapshot)
    assert after.sha256 == before.sha256, "the same bytes, attachments included"
    assert {before.storage_name, after.storage_name} <= bucket.names()
    assert disk.names() == set()
    answer = studio.tenant.api(Role.VIEWER).get(f"/api/v1/o/acme/exports/{before.public_id}/download/")
    assert sha256(fetched(answer["Location"])[0]).hexdigest() == before.sha256


def test_pictures_of_a_page_are_ours_on_a_disk_and_the_stores_in_a_bucket(studio: Studio, place: Place) -> None:
    snapshot = studio.capture()
    browser = studio.tenant.browser(Role.VIEWER)
    seen = set()
    for object_id in studio.content(snapshot).objects["file"]:
        answer = browser.get(f"/o/acme/snapshots/{snapshot.public_id}/files/{object_id}/")
        picture = answer.get("Content-Type", "").startswith("image/") or "image%2F" in answer.get("Location", "")
        reused = "max-age" in answer["Cache-Control"]
        assert picture == reused
        if answer.status_code == 302:
            assert answer["Location"].startswith("/links/files/" if isinstance(place, Disk) else "http://127.0.0.1:")
            fetched(answer["Location"])
        else:
            assert isinstance(place, Disk)
            assert "sandbox" in answer["Content-Security-Policy"]
            answer.close()
        seen.add(picture)
    assert seen == {True, False}
    assert (
        Client().get(f"/o/acme/snapshots/{snapshot.public_id}/files/{object_id}/")["Location"].startswith("/sign-in/")
    )


def test_the_archive_of_a_bucket_is_whole(studio: Studio, bucket: Bucket, tmp_path: Path) -> None:
    export = exported(studio, studio.capture())
    path = tmp_path / "archive.zip"
    path.write_bytes(bucket.read(export.storage_name))
    Opened.at(path).check_manifest()
