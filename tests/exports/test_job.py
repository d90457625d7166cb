"""From the operation to the download: the job runs by the same code as in its cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden, Invalid, NotFound
from apps.core.tenancy import WrongScope, scope
from apps.exports.formats import FORMATS, checked_options
from apps.exports.jobs import render
from apps.exports.models import Export, ExportState
from apps.exports.selectors import ListedFiles, archive_name, exportable_snapshots, exports, open_archive
from apps.exports.services import create_export, download, record_download
from apps.exports.sinks import file_sha256
from apps.jobs.conf import GRACE
from apps.jobs.lease import Lease
from apps.jobs.leases import take_computing_job
from apps.jobs.models import Cluster, Job
from apps.jobs.run import ComputeRun
from apps.jobs.selectors import events, unmet
from apps.jobs.services import cancel_job, retry_job
from apps.jobs.shift import Shift
from apps.snapshots.models import Snapshot, SnapshotState
from tests.exports.archives import Opened
from tests.exports.samples import incomplete, ordinary
from tests.exports.worlds import World
from tests.factories.tenants import Tenant, make_tenant
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def stranger(tenant: Tenant) -> Actor:
    return make_tenant("globex").actor(Role.OWNER)


@pytest.fixture
def inside(tenant: Tenant) -> Iterator[World]:
    with scope(tenant.organization.pk):
        yield World()


@pytest.fixture
def operator(tenant: Tenant) -> Actor:
    return tenant.actor(Role.OPERATOR)


def ran(export: Export) -> Export:
    run_pending()
    return exports().get(pk=export.pk)


def use_store(settings: LazySettings, name: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"tests.exports.stores.{name}"}}


def work_left(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "var").rglob("*") if path.is_file()]


@pytest.mark.parametrize("key", FORMATS)
def test_an_export_is_made_kept_and_downloaded(
    key: str, inside: World, operator: Actor, tmp_path: Path, own_storage: Path
) -> None:
    snapshot = ordinary(inside)
    export = create_export(snapshot, format=key, actor=operator)
    assert str(export) == f"{FORMATS[key].label} export of snapshot 1 of Acme"
    assert (export.state, export.is_ready) == (ExportState.QUEUED, False)
    with pytest.raises(Conflicting, match="it is queued"):
        open_archive(export)

    export = ran(export)
    assert (export.state, export.word, export.is_ready) == (ExportState.COMPLETE, "Complete", True)
    assert export.job.result == {"export": export.public_id}
    assert export.counts == export.job.counts
    path = own_storage / export.storage_name
    assert (path.stat().st_size, file_sha256(path)) == (export.size, export.sha256)
    opened = Opened.at(path)
    opened.check_manifest()
    assert (export.file_count, export.content_size) == (
        len(opened.content()),
        sum(map(len, opened.content().values())),
    )
    assert work_left(tmp_path) == []

    archive = open_archive(export)
    with archive.file:
        assert archive.file.read() == path.read_bytes()
    assert (archive.name, archive.size) == (f"acme-export-1-snapshot-1-{key}.zip", export.size)
    assert archive.etag == f'"{export.sha256}"'
    assert f"/acme-export-1-snapshot-1-{key}.zip?" in download(export, actor=operator).url
    entry = AuditEntry.objects.latest("id")
    assert (entry.event, entry.subject_id, entry.subject_label) == ("export.downloaded", export.public_id, str(export))


def test_the_files_of_an_export_can_be_paged_from_its_manifest(inside: World, operator: Actor) -> None:
    export = create_export(ordinary(inside), format="json", actor=operator)
    assert list(ListedFiles(export)) == []
    export = ran(export)
    listed = ListedFiles(export)
    told = [file.path for file in listed]
    assert told == sorted(told)
    assert len(listed) == len(told) == export.file_count
    assert [file.path for file in listed[3:6]] == told[3:6]
    assert listed[2].path == told[2]
    default_storage.delete(export.manifest_name)
    with pytest.raises(NotFound, match="no longer in the file store"):
        listed[0]


def test_creating_is_an_operation_with_one_entry_and_numbers_count_by_workspace(
    inside: World, operator: Actor, tenant: Tenant
) -> None:
    snapshot = ordinary(inside)
    first = create_export(snapshot, format="json", options={"attachments": False}, actor=operator)
    second = create_export(snapshot, format="markdown", actor=operator)
    assert (first.number, second.number) == (1, 2)
    assert first.options == checked_options(FORMATS["json"], {"attachments": False})
    assert second.options == checked_options(FORMATS["markdown"], {})
    created = AuditEntry.objects.filter(event="export.created").order_by("id")
    assert [entry.subject_id for entry in created] == [first.public_id, second.public_id]
    assert created[0].after["format"] == "json"
    assert created[0].after["state"] == "queued"
    assert first.job.subject_id == first.public_id
    with pytest.raises(Forbidden):
        create_export(snapshot, format="json", actor=tenant.actor(Role.VIEWER))
    with pytest.raises(Forbidden):
        record_download(first, actor=tenant.actor(Role.AUDITOR))
    with pytest.raises(Forbidden):
        download(ran(first), actor=tenant.actor(Role.AUDITOR))
    assert Export.objects.count() == 2


def test_what_cannot_be_exported_is_refused_in_words(inside: World, operator: Actor) -> None:
    open_one = inside.snapshot
    with pytest.raises(Conflicting, match="still being captured"):
        create_export(open_one, format="json", actor=operator)
    inside.page("Home")
    snapshot = inside.close(SnapshotState.CANCELLED)
    with pytest.raises(Conflicting, match="is cancelled and holds nothing"):
        create_export(snapshot, format="json", actor=operator)
    with pytest.raises(Invalid, match="no export format 'docx'"):
        create_export(snapshot, format="docx", actor=operator)
    with pytest.raises(Invalid, match="no option 'colour'"):
        create_export(snapshot, format="json", options={"colour": True}, actor=operator)
    assert list(exportable_snapshots()) == []
    assert not Job.objects.exists()


def test_another_tenants_snapshot_cannot_be_exported(stranger: Actor, inside: World) -> None:
    snapshot = ordinary(inside)
    with pytest.raises(WrongScope):
        create_export(snapshot, format="json", actor=stranger)
    assert not Export.objects.exists()


def test_an_incomplete_snapshot_gives_an_incomplete_export(inside: World, operator: Actor) -> None:
    export = ran(create_export(incomplete(inside), format="markdown", actor=operator))
    assert (export.state, export.is_ready) == (ExportState.INCOMPLETE, True)
    assert "the snapshot lacks 1 of 2 objects" in events(export.job).last().message  # type: ignore[union-attr]


def test_a_missing_file_makes_it_incomplete_and_a_retry_after_repair_complete(
    inside: World, operator: Actor, own_storage: Path
) -> None:
    snapshot = ordinary(inside)
    (lost,) = [path for path in own_storage.rglob("*") if path.is_file() and path.stat().st_size == 210_000]
    aside = lost.rename(own_storage / "aside")
    export = ran(create_export(snapshot, format="json", actor=operator))
    assert export.state == ExportState.INCOMPLETE
    assert export.is_ready, "what could be written can be downloaded"
    (group,) = unmet(export.job)
    assert (group.title, group.count, group.objects[0].label) == ("Stored files that are gone", 1, "cover.jpg")
    before = export.sha256

    aside.rename(lost)
    retry_job(export.job, actor=operator)
    export = ran(export)
    assert export.state == ExportState.COMPLETE
    assert export.sha256 != before
    Opened.at(own_storage / export.storage_name).check_manifest()


def test_a_cancelled_export_keeps_nothing(inside: World, operator: Actor, tmp_path: Path) -> None:
    export = create_export(ordinary(inside), format="json", actor=operator)
    cancel_job(export.job, actor=operator)
    export = ran(export)
    assert (export.state, export.is_ready) == (ExportState.CANCELLED, False)
    assert work_left(tmp_path) == []


def test_a_running_export_that_is_cancelled_ends_at_a_checkpoint_and_leaves_nothing(
    inside: World, operator: Actor, tmp_path: Path
) -> None:
    export = create_export(ordinary(inside), format="json", actor=operator)
    with Lease(Cluster.CPU) as lease:
        held = take_computing_job(lease.runner_id)
        assert held is not None
        lease.cancelled = frozenset({held.job.pk})
        run = ComputeRun(held, None, lease, Shift(Cluster.CPU))
        render(run)
        assert run.ending(None).told_to_stop
    assert not exports().get(pk=export.pk).is_ready
    assert work_left(tmp_path) == []


def test_an_export_whose_worker_has_to_stop_goes_on_with_what_it_had(
    inside: World, operator: Actor, tmp_path: Path, settings: LazySettings
) -> None:
    snapshot = ordinary(inside)
    whole = ran(create_export(snapshot, format="json", actor=operator))
    export = create_export(snapshot, format="json", actor=operator)
    usual = settings.Q_CLUSTER
    cpu = {**usual["ALT_CLUSTERS"]["cpu"], "timeout": GRACE}
    settings.Q_CLUSTER = {**usual, "ALT_CLUSTERS": {"cpu": cpu}}
    with Lease(Cluster.CPU) as lease:
        held = take_computing_job(lease.runner_id)
        assert held is not None
        render(ComputeRun(held, None, lease, Shift(Cluster.CPU)))
    assert work_left(tmp_path) != []
    settings.Q_CLUSTER = usual
    finished = ran(export)
    assert (finished.state, finished.sha256) == (ExportState.COMPLETE, whole.sha256)
    assert work_left(tmp_path) == []


def test_an_export_waits_for_a_capture_that_goes_on_and_gives_up_on_one_that_was_taken_back(
    inside: World, operator: Actor
) -> None:
    snapshot = incomplete(inside)
    export = create_export(snapshot, format="json", actor=operator)
    Snapshot.objects.update(state=SnapshotState.OPEN, finished_at=None)
    export = ran(export)
    assert (export.state, export.is_ready) == (ExportState.RETRYING, False)
    assert "still being captured" in export.error
    Snapshot.objects.update(state=SnapshotState.CANCELLED)
    Job.objects.update(not_before=None)
    export = ran(export)
    assert (export.state, export.error) == (
        ExportState.FAILED,
        "Snapshot 1 is cancelled and holds nothing. Choose a complete one.",
    )


def test_a_full_store_fails_it_with_a_sentence_and_overwrites_nothing(
    inside: World, operator: Actor, settings: LazySettings, tmp_path: Path
) -> None:
    inside.page("Home")
    snapshot = inside.close()
    use_store(settings, "FullStore")
    export = ran(create_export(snapshot, format="markdown", actor=operator))
    assert (export.state, export.is_ready) == (ExportState.FAILED, False)
    assert export.error.startswith("There is no space left")
    assert export.error.endswith("Free space, then retry.")
    assert work_left(tmp_path) == []


def test_a_store_that_cannot_be_reached_is_tried_again_with_the_work_kept(
    inside: World, operator: Actor, settings: LazySettings, tmp_path: Path
) -> None:
    inside.page("Home")
    snapshot = inside.close()
    use_store(settings, "UnreachableStore")
    export = ran(create_export(snapshot, format="markdown", actor=operator))
    assert export.state == ExportState.RETRYING
    assert export.job.not_before is not None
    assert "The object store did not take the archive" in export.error
    assert work_left(tmp_path) != []

    use_store(settings, "RemoteStore")
    Job.objects.filter(pk=export.job.pk).update(not_before=None)
    export = ran(export)
    assert export.state == ExportState.COMPLETE
    with open_archive(export).file as opened:
        assert len(opened.read()) == export.size
    assert work_left(tmp_path) == []


def test_a_second_run_of_the_same_job_changes_nothing(inside: World, operator: Actor, own_storage: Path) -> None:
    export = ran(create_export(ordinary(inside), format="markdown", actor=operator))
    before = (own_storage / export.storage_name).read_bytes()
    Job.objects.filter(pk=export.job.pk).update(status="queued", finished_at=None)
    again = ran(export)
    assert (again.sha256, again.size, again.counts) == (export.sha256, export.size, export.counts)
    assert (own_storage / again.storage_name).read_bytes() == before


def test_an_archive_that_the_store_lost_is_told_and_not_recorded(
    inside: World, operator: Actor, own_storage: Path
) -> None:
    export = ran(create_export(ordinary(inside), format="json", actor=operator))
    (own_storage / export.storage_name).unlink()
    with pytest.raises(NotFound, match="Create the export again"):
        download(export, actor=operator)
    assert not AuditEntry.objects.filter(event="export.downloaded").exists()


def test_exports_are_filtered_by_what_they_are(inside: World, operator: Actor) -> None:
    snapshot = ordinary(inside)
    done = ran(create_export(snapshot, format="json", actor=operator))
    waiting = create_export(snapshot, format="markdown", actor=operator)
    assert list(exports()) == [waiting, done]
    assert list(exports(state="complete")) == [done]
    assert list(exports(state="queued")) == [waiting]
    assert list(exports(state="nonsense")) == []
    assert list(exports(format="json")) == [done]
    assert list(exports(workspace=inside.workspace.public_id)) == [waiting, done]
    assert list(exports(snapshot="snp_other")) == []


def test_the_name_of_a_download_is_readable_in_any_script(inside: World, operator: Actor) -> None:
    inside.workspace.name = "Größe & Söhne / 日本"
    inside.workspace.save()
    export = create_export(ordinary(inside), format="json", actor=operator)
    assert archive_name(export) == "größe-&-söhne-_-日本-export-1-snapshot-1-json.zip"


def test_two_exports_that_are_alike_have_two_names(inside: World, operator: Actor) -> None:
    snapshot = ordinary(inside)
    first, second = (ran(create_export(snapshot, format="json", actor=operator)) for _ in range(2))
    assert (archive_name(first), archive_name(second)) == (
        "acme-export-1-snapshot-1-json.zip",
        "acme-export-2-snapshot-1-json.zip",
    )
