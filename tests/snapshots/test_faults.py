"""Whatever goes wrong ends in a clear state that names what is missing; a retry gets exactly that."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import Role
from apps.jobs import selectors as job_selectors
from apps.jobs.models import Job, JobEvent, Lane
from apps.jobs.services import retry_job
from apps.sandbox.faults import Fault
from apps.sandbox.world.objects import Page
from apps.snapshots.capture.options import FULL, Options
from apps.snapshots.models import CaptureNode, ObjectVersion, Snapshot, SnapshotState, Unmet
from apps.snapshots.reasons import REASONS
from apps.workspaces.models import WorkspaceStatus
from tests.factories.keys import give_key
from tests.jobs.pending import run_pending
from tests.snapshots.studio import Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)


def reconnect(studio: Studio, token: str) -> None:
    """What connecting the workspace again comes to."""
    give_key(studio.workspace, token)
    studio.workspace.status = WorkspaceStatus.HEALTHY
    studio.workspace.save()
    studio.sandbox.token = token


def retry(studio: Studio, job: Job) -> Snapshot:
    job.refresh_from_db()
    retry_job(job, actor=studio.tenant.actor(Role.OPERATOR))
    run_pending()
    return studio.snapshot_of(job)


def a_page_with_blocks(studio: Studio) -> Page:
    blocks = studio.sandbox.expected()["blocks"]
    pages = studio.sandbox.world.pages
    return next(pages[page] for page in blocks if pages[page].data_source is None and pages[page].parent is not None)


@pytest.fixture
def haste(settings: Settings) -> None:
    """The client waits as it always does, in a time that runs faster."""
    settings.JOBS = {**settings.JOBS, "lane_opener": "tests.snapshots.lanes.open_hasty_lane"}


PASSING = ["429", "529", "500", "502", "503", "504", "409", "reset", "html", "truncated"]


@pytest.mark.parametrize("kinds", [PASSING[:3], PASSING[3:6], PASSING[6:]])
def test_faults_that_pass_leave_no_trace(studio: Studio, haste: None, kinds: list[str]) -> None:
    for number, kind in enumerate(kinds):
        for after in (2 + number, 40 + number, 90 + number):
            studio.sandbox.faults.add(Fault(kind, after=after, retry_after=2))
    snapshot = studio.capture()
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, snapshot)


@pytest.mark.parametrize("kind", ["500", "html"])
def test_a_page_that_fails_for_good_is_named_and_only_it_is_retried(studio: Studio, kind: str) -> None:
    page = a_page_with_blocks(studio)
    fault = studio.sandbox.faults.add(Fault(kind, path=f"/v1/blocks/{page.id}/children", times=None))
    snapshot = studio.capture()
    job = Job.objects.get()
    gap = Unmet.objects.exclude(outcome="skipped").get()
    assert (snapshot.state, job.status) == (SnapshotState.INCOMPLETE, "incomplete")
    assert (str(gap.object), gap.kind, gap.reason) == (page.id, "pages", "no_answer")
    assert gap.title == page.title
    assert snapshot.counts["pages"]["failed"] == 1
    (group,) = job_selectors.unmet(job)
    assert (group.count, group.fixable, group.objects[0].object_id) == (1, True, page.id)
    assert fault.struck == 2 * 3, "three attempts, and once more at the end of the sweep"
    studio.sandbox.faults.clear()
    studio.sandbox.calls.clear()
    again = retry(studio, job)
    assert (again.pk, again.state) == (snapshot.pk, SnapshotState.COMPLETE)
    calls = studio.sandbox.calls
    assert (calls["GET /v1/pages/{page_id}"], calls["GET /v1/comments"], calls["POST /v1/search"]) == (1, 1, 0)
    assert calls.total() < 25, "only what was missing is asked for"
    assert_equals_the_truth(studio, again)
    assert not Unmet.objects.exclude(outcome="skipped").exists()
    job.refresh_from_db()
    assert job.word == "Complete"


def test_a_fault_during_the_sweep_is_mended_at_its_end(studio: Studio) -> None:
    page = a_page_with_blocks(studio)
    studio.sandbox.faults.add(Fault("502", path=f"/v1/blocks/{page.id}/children", times=3))
    snapshot = studio.capture()
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, snapshot)
    assert JobEvent.objects.filter(message__contains="tried once more").exists()


def test_a_failed_page_keeps_its_last_good_version(studio: Studio) -> None:
    page = a_page_with_blocks(studio)
    first = studio.capture()
    studio.sandbox.faults.add(Fault("500", path=f"/v1/blocks/{page.id}/children", times=None))
    second = studio.capture(Options(mode=FULL))
    assert second.state == SnapshotState.INCOMPLETE
    assert studio.content(second).raw == studio.content(first).raw


def test_a_wrong_token_ends_with_a_sentence_and_an_empty_failed_snapshot(studio: Studio) -> None:
    studio.sandbox.service.revoke(studio.sandbox.token)
    snapshot = studio.capture()
    job = Job.objects.get()
    studio.workspace.refresh_from_db()
    assert job.status == "failed"
    assert "no longer accepts the key" in job.error
    assert job.dead_lettered_at is None
    assert snapshot.state == SnapshotState.FAILED
    assert studio.workspace.status == WorkspaceStatus.ACCESS_LOST
    assert "no longer accepts the key" in studio.workspace.status_reason
    assert not ObjectVersion.objects.exists()


def test_a_token_revoked_meanwhile_names_what_is_missing_and_goes_on_after_reconnecting(studio: Studio) -> None:
    spare = studio.sandbox.issue_token()
    studio.sandbox.faults.add(Fault("revoke", after=60, path="/v1/"))
    snapshot = studio.capture()
    job = Job.objects.get()
    studio.workspace.refresh_from_db()
    assert (job.status, snapshot.state) == ("failed", SnapshotState.INCOMPLETE)
    assert studio.workspace.status == WorkspaceStatus.ACCESS_LOST
    assert snapshot.reason == REASONS["access_lost"].sentence
    lost = Unmet.objects.filter(reason="access_lost")
    unread = CaptureNode.objects.filter(state="pending")
    assert {gap.object for gap in lost} == set(unread.values_list("object", flat=True)) != set()
    total = {name: snapshot.count(name) for name in ("seen", "done", "skipped", "capped", "failed")}
    assert total["seen"] == total["done"] + total["skipped"] + total["capped"] + total["failed"]
    assert total["failed"] == lost.count()
    assert job.counts == snapshot.counts
    reconnect(studio, spare)
    again = retry(studio, job)
    studio.workspace.refresh_from_db()
    assert (again.pk, again.state) == (snapshot.pk, SnapshotState.COMPLETE)
    assert_equals_the_truth(studio, again)
    assert studio.workspace.status == WorkspaceStatus.HEALTHY


def test_a_blocked_connection_is_not_asked_again_and_goes_on_after_a_retry(studio: Studio) -> None:
    """The one reason of a 429 that waiting does not help."""
    fault = Fault("429", path="/v1/", after=60, times=None, reason="public_api_request_blocked", retry_after=1)
    studio.sandbox.faults.add(fault)
    snapshot = studio.capture()
    job = Job.objects.get()
    assert (job.status, snapshot.state) == ("failed", SnapshotState.INCOMPLETE)
    assert job.error.startswith("Notion blocks the requests of this connection. What was read so far is kept.")
    assert fault.struck <= 16, "what was on its way at that moment, and no more"
    assert Unmet.objects.filter(reason="not_reached").exists()
    studio.sandbox.faults.clear()
    again = retry(studio, job)
    assert again.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, again)


def test_a_connection_to_which_nothing_is_shared_is_told_so(studio: Studio) -> None:
    bare = studio.sandbox.issue_token(shared=set())
    other = Studio.connect(studio.tenant, studio.sandbox, studio.workspace.base_url, bare)
    snapshot = other.capture()
    job = Job.objects.get()
    assert (job.status, snapshot.state) == ("failed", SnapshotState.FAILED)
    assert job.error.startswith("Nothing is shared with this connection")
    assert "“NotionHub”" in job.error
    assert snapshot.reason == job.error
    assert not ObjectVersion.objects.exists()


def test_when_everything_is_taken_away_earlier_snapshots_stay(studio: Studio) -> None:
    first = studio.capture()
    before = studio.content(first).raw
    studio.sandbox.tokens[studio.sandbox.token].shared.clear()
    second = studio.capture()
    assert second.state == SnapshotState.FAILED
    assert studio.content(first).raw == before
    assert not ObjectVersion.objects.filter(until_no=second.number).exists()


def test_a_page_deleted_before_it_is_read_is_skipped_and_said(studio: Studio) -> None:
    page = a_page_with_blocks(studio)
    studio.sandbox.faults.add(Fault("vanish", path=f"/v1/blocks/{page.id}/children", target=page.id))
    snapshot = studio.capture()
    assert snapshot.state == SnapshotState.COMPLETE
    gap = Unmet.objects.get(object=page.id)
    assert (gap.reason, gap.outcome, gap.title) == ("vanished", "skipped", page.title)
    content, truth = studio.content(snapshot), studio.sandbox.expected()
    assert content.objects["page"] == truth["pages"]
    assert page.id not in content.raw


def test_a_page_taken_away_before_it_is_read_is_skipped_and_said(studio: Studio) -> None:
    """Shared alone, and no longer when its blocks are asked for: Notion answers 404."""
    world = studio.sandbox.world
    pages = [page for page in world.pages.values() if page.data_source is None and not page.in_trash][2:6]
    shared = {page.id for page in pages}
    token = studio.sandbox.issue_token(shared=shared)
    other = Studio.connect(studio.tenant, studio.sandbox, studio.workspace.base_url, token)
    first = other.capture()
    assert first.state == SnapshotState.COMPLETE
    tops = [page for page in pages if str(page.id) in first.roots]
    fault = Fault("500", path=f"/v1/blocks/{tops[0].id}/children", times=2)
    studio.sandbox.faults.add(fault)
    studio.sandbox.tokens[token].shared.discard(tops[0].id)
    second = other.capture()
    assert second.state == SnapshotState.COMPLETE
    assert tops[0].id not in other.content(second).raw
    assert tops[0].id in other.content(first).raw


def test_cursors_that_die_are_survived(studio: Studio) -> None:
    studio.sandbox.service.settings.query_limit = 5
    for after in (0, 2, 4):
        studio.sandbox.faults.add(Fault("expired_cursor", path="/query", after=after))
    snapshot = studio.capture()
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, snapshot)


def test_an_expired_file_address_is_asked_for_again(studio: Studio) -> None:
    studio.sandbox.service.signer.expired_from_the_start = 4
    studio.sandbox.faults.add(Fault("expired_url", path="/files/.*pdf", times=2))
    snapshot = studio.capture()
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, snapshot)


@pytest.mark.parametrize(("kind", "reason"), [("expired_url", "file_expired"), ("503", "file_unavailable")])
def test_a_file_that_cannot_be_fetched_is_named_and_a_retry_gets_it(studio: Studio, kind: str, reason: str) -> None:
    fault = studio.sandbox.faults.add(Fault(kind, path="/files/.*pdf", times=None))
    snapshot = studio.capture()
    gaps = Unmet.objects.filter(outcome="failed")
    assert snapshot.state == SnapshotState.INCOMPLETE
    assert {gap.reason for gap in gaps} == {reason}
    assert {gap.kind for gap in gaps} == {"files"}
    assert snapshot.counts["files"]["failed"] == len(gaps) > 0
    assert fault.struck
    studio.sandbox.faults.clear()
    again = retry(studio, Job.objects.get())
    assert again.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, again)


def run_the_next_attempt(job: Job) -> None:
    """Without waiting until it is due."""
    Job.objects.filter(pk=job.pk).update(not_before=None)
    Lane.objects.filter(jobs=job).update(waiting_since=timezone.now())
    run_pending()
    job.refresh_from_db()


def test_an_outage_puts_the_job_off_and_it_goes_on_where_it_stopped(studio: Studio, haste: None) -> None:
    studio.sandbox.faults.add(Fault("503", after=60, times=None, path="/v1/"))
    snapshot = studio.capture()
    job = Job.objects.get()
    assert (job.word, snapshot.word, snapshot.state) == ("Retrying", "Retrying", SnapshotState.OPEN)
    assert job.not_before is not None
    read = CaptureNode.objects.filter(state="done").count()
    assert read > 0
    studio.sandbox.faults.clear()
    run_the_next_attempt(job)
    snapshot.refresh_from_db()
    assert (job.word, snapshot.state) == ("Complete", SnapshotState.COMPLETE)
    assert_equals_the_truth(studio, snapshot)


def test_an_outage_without_end_names_what_is_missing(studio: Studio, haste: None) -> None:
    studio.sandbox.faults.add(Fault("503", after=60, times=None, path="/v1/"))
    job = studio.start()
    Job.objects.filter(pk=job.pk).update(max_attempts=2)
    run_pending()
    run_the_next_attempt(job)
    snapshot = studio.snapshot_of(job)
    assert (job.status, snapshot.state) == ("failed", SnapshotState.INCOMPLETE)
    assert Unmet.objects.filter(reason="not_reached").exists()
    assert snapshot.count("seen") == sum(snapshot.count(name) for name in ("done", "skipped", "capped", "failed"))


def test_an_older_snapshot_is_not_written_to_any_more(studio: Studio) -> None:
    page = a_page_with_blocks(studio)
    studio.sandbox.faults.add(Fault("500", path=f"/v1/blocks/{page.id}/children", times=None))
    job = Job.objects.get(public_id=studio.capture().job_id)
    studio.sandbox.faults.clear()
    newer = studio.capture()
    older = retry(studio, job)
    job.refresh_from_db()
    assert (job.status, older.state) == ("failed", SnapshotState.INCOMPLETE)
    assert "newer snapshot" in job.error
    assert_equals_the_truth(studio, newer)


def test_a_store_that_takes_no_files_stops_the_capture_with_a_sentence(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way of the folder")
    snapshot = studio.capture()
    job = Job.objects.get()
    assert (job.status, snapshot.state) == ("failed", SnapshotState.INCOMPLETE)
    assert job.error == (
        "The folder where files are made or kept may not be written to (Not a directory). What was read so far is "
        "kept, and nothing half-written. Mend it, then retry."
    )
    assert Unmet.objects.filter(reason="not_reached", kind="files").exists()
    (tmp_path / "files").unlink()
    again = retry(studio, job)
    assert again.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, again)


def test_a_store_that_lost_something_is_never_called_complete(studio: Studio) -> None:
    studio.sandbox.faults.add(Fault("429", after=60, times=None, retry_after=60))
    snapshot = studio.capture()
    assert snapshot.state == SnapshotState.OPEN
    ObjectVersion.objects.filter(kind="user").first().delete()  # type: ignore[union-attr]
    studio.sandbox.faults.clear()
    job = Job.objects.get()
    run_the_next_attempt(job)
    snapshot.refresh_from_db()
    assert (job.status, snapshot.state) == ("failed", SnapshotState.INCOMPLETE)
    assert snapshot.reason.startswith("Our own check")
    assert job.dead_lettered_at is not None
