"""An incremental capture asks for little, and holds what a full sweep would hold."""

import math
import random
import time
from collections import Counter
from email.utils import formatdate

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.access.roles import Role
from apps.core.errors import Conflicting
from apps.jobs.models import JobEvent
from apps.jobs.services import retry_job
from apps.sandbox.faults import Fault
from apps.snapshots.models import FOREVER, Kind, ObjectVersion, Snapshot, SnapshotKind, SnapshotState, Unmet
from tests.jobs.pending import run_pending
from tests.snapshots.editing import FULL, INCREMENTAL, a_page, a_row, assert_like_a_full_sweep, in_the_past
from tests.snapshots.interrupting import run_in_pieces
from tests.snapshots.studio import EVERYTHING, Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)
LISTED = "GET /v1/blocks/{block_id}/children"
COMMENTS = "GET /v1/comments"


@pytest.fixture
def studio(studio: Studio) -> Studio:
    return in_the_past(studio)


def pages_of(studio: Studio) -> int:
    truth = studio.sandbox.expected()
    return len(truth["pages"]) + len(truth["rows"])


def always_read() -> int:
    """Pages that no time of an edit proves unchanged: they show blocks of other pages."""
    return ObjectVersion.objects.filter(kind__in=[Kind.PAGE, Kind.ROW], until_no=FOREVER, listed=b"").count()


def test_an_unchanged_workspace_costs_listings_only(studio: Studio) -> None:
    first = studio.capture()
    before = set(ObjectVersion.objects.values_list("pk", "until_no", "digest"))
    gaps = {tuple(gap) for gap in Unmet.objects.values_list("object", "reason", "kind", "title", "outcome")}
    studio.sandbox.calls.clear()
    second = studio.capture()
    calls = studio.sandbox.calls
    assert (first.kind, second.kind, second.base_no) == (SnapshotKind.FULL, SnapshotKind.INCREMENTAL, 1)
    assert second.state == SnapshotState.COMPLETE
    assert (second.new_size, second.counts, second.size) == (0, first.counts, first.size)
    assert set(ObjectVersion.objects.values_list("pk", "until_no", "digest")) == before
    again = Unmet.objects.filter(snapshot=second).values_list("object", "reason", "kind", "title", "outcome")
    assert {tuple(gap) for gap in again} == gaps
    assert calls == expected_calls(studio)
    assert_equals_the_truth(studio, second)


def expected_calls(studio: Studio) -> Counter[str]:
    """What an unchanged workspace costs, as docs/capture.md has it."""
    truth, world = studio.sandbox.expected(), studio.sandbox.world
    rows = [len([row for row in world.data_sources[each].rows if not row.in_trash]) for each in truth["data_sources"]]
    trashed = sum(source.in_trash for source in world.data_sources.values())
    portions = {
        "POST /v1/search": math.ceil(pages_of(studio) / 100) + math.ceil((len(rows) + trashed) / 100),
        "POST /v1/data_sources/{data_source_id}/query": sum(max(1, math.ceil(each / 100)) for each in rows) + len(rows),
        "GET /v1/data_sources/{data_source_id}/templates": len(rows),
        "GET /v1/pages/{page_id}": len(truth["templates"]),
        "GET /v1/databases/{database_id}": len(truth["databases"]),
        "GET /v1/users": 1,
        "GET /v1/custom_emojis": 1,
        "GET /v1/file_uploads": 1,
        COMMENTS: always_read(),
    }
    read = "GET /v1/pages/{page_id}/properties/{property_id}", LISTED
    return Counter(portions) + Counter({name: studio.sandbox.calls[name] for name in read})


def test_only_pages_that_show_blocks_of_others_are_listed_without_an_edit(studio: Studio) -> None:
    studio.capture()
    asked = always_read()
    studio.sandbox.calls.clear()
    studio.capture()
    assert 1 <= asked < 3
    assert studio.sandbox.calls[COMMENTS] == asked
    assert studio.sandbox.calls[LISTED] < 6 * asked


def test_a_chain_of_incremental_captures_reads_an_edited_page_once(studio: Studio) -> None:
    studio.capture()
    page = a_page(studio)
    studio.sandbox.edit.append_paragraph(page.id, "One more.")
    studio.sandbox.calls.clear()
    second = studio.capture()
    first_time = studio.sandbox.calls[COMMENTS]
    studio.sandbox.calls.clear()
    third = studio.capture()
    assert (second.base_no, third.base_no) == (1, 2)
    assert 0 < second.new_size < 20_000
    assert third.new_size == 0
    assert first_time > studio.sandbox.calls[COMMENTS] == always_read()
    assert_like_a_full_sweep(studio, third)


@pytest.mark.parametrize("behind", [0, 240], ids=["clocks agree", "ours is four minutes ahead of Notion's"])
def test_what_was_edited_while_the_base_was_taken_is_read_again(studio: Studio, behind: int) -> None:
    """Notion floors to the minute: a second edit in the same minute would not show."""
    page = a_page(studio)
    base = studio.capture()
    assert base.started_at is not None
    moment = base.started_at.timestamp() - behind
    studio.sandbox.service.settings.clock = lambda: moment
    studio.sandbox.edit.append_paragraph(page.id, "Just before the capture reads it.")
    second = studio.capture()
    studio.sandbox.edit.append_paragraph(page.id, "In the same minute, after it was read.")
    third = studio.capture()
    assert third.base_no == second.number
    assert_like_a_full_sweep(studio, third)


def test_a_page_that_failed_in_the_base_is_read_although_nobody_edited_it(studio: Studio) -> None:
    page = a_page(studio)
    studio.capture()
    studio.sandbox.edit.append_paragraph(page.id, "Then Notion fails.")
    fault = studio.sandbox.faults.add(Fault("500", path=f"/v1/blocks/{page.id}/children", times=None))
    broken = studio.capture()
    studio.sandbox.faults.clear()
    assert fault.struck
    assert (broken.state, broken.swept, broken.kind) == (SnapshotState.INCOMPLETE, True, SnapshotKind.INCREMENTAL)
    whole = studio.capture()
    assert (whole.state, whole.base_no) == (SnapshotState.COMPLETE, broken.number)
    assert_like_a_full_sweep(studio, whole)


def test_what_an_incomplete_base_did_not_meet_proves_nothing(studio: Studio) -> None:
    source = max(studio.sandbox.world.data_sources.values(), key=lambda each: len(each.rows))
    studio.capture()
    studio.sandbox.service.search.omitted = 1.0
    studio.sandbox.world.revision += 1
    studio.sandbox.faults.add(Fault("500", path=f"/v1/data_sources/{source.id}/query", times=None))
    broken = studio.capture()
    studio.sandbox.faults.clear()
    assert (broken.state, broken.swept, broken.reason) == (SnapshotState.INCOMPLETE, True, "")
    assert ObjectVersion.objects.filter(doubted=True, kind=Kind.ROW).count() == len(
        [row for row in source.rows if not row.in_trash]
    )
    whole = studio.capture()
    assert whole.state == SnapshotState.COMPLETE
    assert not ObjectVersion.objects.filter(doubted=True).exists()
    assert_like_a_full_sweep(studio, whole)


def test_what_lies_inside_a_kept_page_goes_with_it(studio: Studio) -> None:
    first = studio.capture(EVERYTHING)
    second = studio.capture(EVERYTHING)
    assert (second.kind, second.state, second.counts) == (
        SnapshotKind.INCREMENTAL,
        SnapshotState.COMPLETE,
        first.counts,
    )
    assert first.counts["comments"]["done"] > 0
    assert first.counts["files"]["done"] > 0
    assert_equals_the_truth(studio, second)


def test_a_file_that_is_not_in_the_store_is_fetched_although_its_page_is_unchanged(studio: Studio) -> None:
    first = studio.capture()
    lost = ObjectVersion.objects.filter(kind=Kind.FILE).first()
    assert lost is not None
    lost.delete()
    second = studio.capture()
    assert second.state == SnapshotState.COMPLETE
    assert second.counts["files"] == first.counts["files"]
    assert ObjectVersion.objects.filter(kind=Kind.FILE, object=lost.object).exists()


def test_other_options_or_another_api_version_begin_with_a_full_sweep(studio: Studio) -> None:
    studio.capture()
    assert studio.capture(EVERYTHING).kind == SnapshotKind.FULL
    Snapshot.objects.update(api_version="2025-09-03")
    assert studio.capture(EVERYTHING).kind == SnapshotKind.FULL


def test_there_is_a_full_sweep_when_asked_for_and_when_the_last_one_is_too_long_ago(studio: Studio) -> None:
    with pytest.raises(Conflicting, match="Nothing was started"):
        studio.capture(INCREMENTAL)
    studio.capture()
    assert studio.capture(FULL).kind == SnapshotKind.FULL
    second = studio.capture()
    assert second.kind == SnapshotKind.INCREMENTAL
    assert second.full_at is not None
    Snapshot.objects.update(full_at=second.full_at.replace(year=2001))
    assert studio.capture().kind == SnapshotKind.FULL
    assert studio.capture(INCREMENTAL).kind == SnapshotKind.INCREMENTAL


def test_a_capture_that_ended_early_is_no_base(studio: Studio) -> None:
    first = studio.capture()
    studio.sandbox.faults.add(Fault("revoke", after=3))
    cut = studio.capture()
    assert (cut.kind, cut.swept) == (SnapshotKind.INCREMENTAL, False)
    token = studio.sandbox.issue_token()
    studio.moved_to_token(token)
    assert studio.capture().base_no == first.number


@pytest.mark.parametrize("cut", [False, True], ids=["stopped", "cut off"])
def test_an_incremental_capture_that_is_interrupted_finds_the_same(studio: Studio, cut: bool) -> None:
    studio.capture()
    edit, page = studio.sandbox.edit, a_page(studio)
    edit.append_paragraph(page.id, "One more.")
    edit.trash(a_row(studio).id)
    edit.create_page(page.id, "New", "Words.")
    job = studio.start()
    pieces = run_in_pieces(random.Random(7), cut=cut)
    assert pieces > 1
    assert_like_a_full_sweep(studio, studio.snapshot_of(job))


def test_a_retry_reads_what_failed_and_nothing_else(studio: Studio) -> None:
    page = a_page(studio)
    studio.capture()
    studio.sandbox.edit.append_paragraph(page.id, "Then Notion fails.")
    studio.sandbox.faults.add(Fault("500", path=f"/v1/blocks/{page.id}/children", times=None))
    job = studio.start()
    run_pending()
    studio.sandbox.faults.clear()
    studio.sandbox.calls.clear()
    job.refresh_from_db()
    retry_job(job, actor=studio.tenant.actor(Role.OPERATOR))
    run_pending()
    snapshot = studio.snapshot_of(job)
    assert (snapshot.state, snapshot.swept) == (SnapshotState.COMPLETE, True)
    assert studio.sandbox.calls["POST /v1/search"] == 0
    assert_like_a_full_sweep(studio, snapshot)


@pytest.mark.parametrize(("ahead", "trusted"), [(-3_600, True), (480, True), (600, False)])
def test_nothing_builds_on_a_capture_whose_clock_was_far_ahead_of_notions(
    studio: Studio, ahead: int, trusted: bool
) -> None:
    first = studio.capture()
    studio.sandbox.app = dated(studio.sandbox.app, ahead)
    second = studio.capture()
    third = studio.capture()
    assert {snapshot.state for snapshot in (first, second, third)} == {SnapshotState.COMPLETE}
    assert (second.base_no, third.base_no) == (1, 2 if trusted else 1)
    told = JobEvent.objects.filter(job__public_id=second.job_id, message__contains="ahead of Notion's")
    assert [event.level for event in told] == ([] if trusted else ["warning"])


def dated(app: ASGIApp, ahead: int) -> ASGIApp:
    """Answers as a server would whose clock is that many seconds behind ours."""

    async def dating(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(time.time() - ahead, usegmt=True)
                message = {**message, "headers": [*message["headers"], (b"date", date.encode())]}
            await send(message)

        await app(scope, receive, sending)

    return dating
