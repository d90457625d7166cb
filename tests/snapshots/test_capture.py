"""A capture is the workspace: nothing lost, nothing doubled, everything accounted for."""

from uuid import UUID

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from apps.jobs.reconciliation import reconciliation
from apps.sandbox import Sandbox
from apps.sandbox.access import CAPABILITIES, READ_COMMENTS, READ_USERS
from apps.snapshots.capture.options import Options
from apps.snapshots.models import CaptureNode, CapturePart, Kind, ObjectVersion, Snapshot, SnapshotState, Unmet
from apps.snapshots.selectors import reconciliation_of
from tests.snapshots.studio import EVERYTHING, Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_capture_equals_the_workspace_and_proves_it(studio: Studio) -> None:
    snapshot = studio.capture(EVERYTHING)
    assert_equals_the_truth(studio, snapshot)
    truth = studio.sandbox.expected()
    job = Job.objects.get()
    assert snapshot.state == SnapshotState.COMPLETE
    assert (job.word, job.counts) == ("Complete", snapshot.counts)
    found = reconciliation(snapshot.counts)
    assert found.complete
    done = {row.kind: row.done for row in found.rows}
    assert done["pages"] == len(truth["pages"])
    assert done["comments"] == sum(map(len, truth["comments"].values()))
    skipped = {row.kind: row.skipped for row in found.rows}
    assert skipped["unreadable blocks"] + skipped["databases"] == len(truth["unreadable"])
    assert Unmet.objects.filter(outcome="skipped").count() == found.total.skipped
    assert snapshot.blocks == sum(map(len, studio.content(snapshot).blocks.values()))
    assert snapshot.size >= snapshot.new_size > 0
    assert job.result == {"snapshot": snapshot.public_id}
    assert job.done == job.total == found.total.seen
    assert job.budget["limit"] > 0
    assert AuditEntry.objects.get(event="capture.started").actor_label == snapshot.taken_by


def test_nothing_is_left_of_the_frontier_of_a_complete_snapshot(studio: Studio) -> None:
    studio.capture()
    assert not CaptureNode.objects.exists()
    assert not CapturePart.objects.exists()


def test_an_unchanged_workspace_adds_nothing(studio: Studio) -> None:
    first = studio.capture()
    before = set(ObjectVersion.objects.values_list("pk", "until_no"))
    studio.sandbox.calls.clear()
    second = studio.capture()
    assert set(ObjectVersion.objects.values_list("pk", "until_no")) == before
    assert (second.state, second.new_size, second.number) == (SnapshotState.COMPLETE, 0, first.number + 1)
    assert (second.size, second.blocks, second.counts) == (first.size, first.blocks, first.counts)
    assert studio.sandbox.calls["GET /files"] == 0
    assert_equals_the_truth(studio, second)


def test_a_page_costs_one_listing_and_one_question_for_comments(studio: Studio) -> None:
    snapshot = studio.capture(Options(comments="pages"))
    truth, calls = studio.sandbox.expected(), studio.sandbox.calls
    pages = len(truth["pages"]) + len(truth["rows"]) + len(truth["templates"])
    assert snapshot.state == SnapshotState.COMPLETE
    assert calls["GET /v1/pages/{page_id}"] == len(truth["templates"]), "search and queries show all others already"
    assert calls["GET /v1/comments"] == pages
    assert calls["GET /v1/databases/{database_id}"] == len(truth["databases"]) + 2
    assert calls["GET /v1/views/{view_id}"] == len(truth["views"])


def test_a_search_that_leaves_out_and_repeats_is_made_good_by_the_tree(studio: Studio) -> None:
    studio.sandbox.service.search.omitted = 0.6
    studio.sandbox.service.search.duplicated = 0.3
    assert_equals_the_truth(studio, studio.capture())


def test_only_what_is_shared_is_captured_and_what_is_shared_alone_is_a_root(studio: Studio) -> None:
    world = studio.sandbox.world
    shared = {page.id for page in list(world.pages.values())[3:9]} | {next(iter(world.databases))}
    token = studio.sandbox.issue_token(shared=shared)
    other = Studio.connect(studio.tenant, studio.sandbox, studio.workspace.base_url, token)
    snapshot = other.capture()
    assert_equals_the_truth(other, snapshot, token)
    reachable = studio.sandbox.expected(token)
    assert set(snapshot.roots) <= reachable["pages"] | reachable["rows"] | reachable["databases"]
    assert snapshot.roots


def test_rows_beyond_the_limit_of_a_query_are_read_in_windows(studio: Studio) -> None:
    studio.sandbox.service.settings.query_limit = 7
    snapshot = studio.capture()
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, snapshot)


def test_more_rows_in_one_minute_than_a_query_gives_are_capped_and_said(studio: Studio) -> None:
    tasks = max(studio.sandbox.world.data_sources.values(), key=lambda source: len(source.rows))
    for row in tasks.rows:
        row.created = tasks.rows[0].created
    studio.sandbox.service.settings.query_limit = 7
    studio.sandbox.service.search.omitted = 1.0  # the rows are known from nowhere else
    snapshot = studio.capture()
    gap = Unmet.objects.exclude(outcome="skipped").get()
    assert snapshot.state == SnapshotState.INCOMPLETE
    assert (gap.kind, gap.reason, str(gap.object), gap.title) == ("data sources", "too_many_rows", tasks.id, "Tasks")
    assert snapshot.counts["data sources"]["capped"] == 1
    assert Job.objects.get().status == "incomplete"


def test_archived_rows_are_rows(studio: Studio) -> None:
    tasks = max(studio.sandbox.world.data_sources.values(), key=lambda source: len(source.rows))
    tasks.rows[3].is_archived = True
    assert_equals_the_truth(studio, studio.capture())
    templates = len(studio.sandbox.expected()["templates"])
    assert studio.sandbox.calls["GET /v1/pages/{page_id}"] == templates, "the query shows it"


def test_references_beyond_twenty_five_are_fetched(studio: Studio) -> None:
    sandbox = Sandbox.generate(pages=200, seed=3, base_url=studio.workspace.base_url)
    crowded = next(source for source in sandbox.world.data_sources.values() if len(source.rows) > 60)
    projects = crowded.property_named("Project")
    assert projects is not None
    assert projects.target is not None
    host = projects.target.rows[0]
    studio = studio.moved_to(sandbox)
    snapshot = studio.capture(Options(comments="none"))
    tasks = studio.content(snapshot).raw[host.id]["properties"]["Tasks"]
    assert len(tasks["relation"]) > 25
    assert tasks["has_more"] is False
    assert len({task["id"] for task in tasks["relation"]}) == len(tasks["relation"])


def test_comments_that_were_not_asked_for_are_named_and_not_closed(studio: Studio) -> None:
    whole = studio.content(studio.capture(EVERYTHING))
    for comments, code in (("none", "comments"), ("pages", "block_comments")):
        snapshot = studio.capture(Options(comments=comments))
        told = {entry["code"]: entry for entry in snapshot.not_covered}
        assert code in told
        assert told.get("block_comments", {"count": snapshot.blocks})["count"] == snapshot.blocks
        content = studio.content(snapshot)
        assert (content.comments, content.files) == (whole.comments, whole.files)


@pytest.mark.parametrize(("missing", "kind", "count"), [(READ_USERS, "users", 1), (READ_COMMENTS, "comments", 1)])
def test_a_missing_capability_is_said_once_and_loses_nothing_else(
    studio: Studio, missing: str, kind: str, count: int
) -> None:
    token = studio.sandbox.issue_token(capabilities=CAPABILITIES - {missing})
    other = Studio.connect(studio.tenant, studio.sandbox, studio.workspace.base_url, token)
    snapshot = other.capture()
    gap = Unmet.objects.filter(snapshot=snapshot, reason="no_capability").get()
    assert snapshot.state == SnapshotState.COMPLETE
    assert gap.kind == "listings"
    assert kind not in snapshot.counts or snapshot.counts[kind]["seen"] == 0
    assert snapshot.counts["pages"]["done"] == len(studio.sandbox.expected(token)["pages"])


def test_people_seen_before_the_capability_was_taken_away_are_kept(studio: Studio) -> None:
    studio.capture()
    people = ObjectVersion.objects.filter(kind=Kind.USER).count()
    connection = studio.sandbox.tokens[studio.sandbox.token]
    connection.capabilities = CAPABILITIES - {READ_USERS}
    snapshot = studio.capture()
    assert snapshot.state == SnapshotState.COMPLETE
    assert len(studio.content(snapshot).objects[Kind.USER]) == people


def test_rows_lie_in_data_sources_in_databases_in_pages(studio: Studio) -> None:
    snapshot = studio.capture()
    kinds = dict(ObjectVersion.objects.values_list("object", "kind"))
    parents = {Kind.ROW: {Kind.DATA_SOURCE}, Kind.DATA_SOURCE: {Kind.DATABASE}, Kind.VIEW: {Kind.DATABASE}}
    for version in ObjectVersion.objects.defer("body"):
        if version.kind in parents:
            assert version.parent is not None
            assert {kinds[version.parent]} <= parents[Kind(version.kind)]
    tops = [UUID(thing.id) for thing in studio.sandbox.world.shared_by_default() if not thing.in_trash]
    assert set(map(UUID, snapshot.roots)) == {top for top in tops if top in kinds}


def test_counts_are_told_in_one_order(studio: Studio) -> None:
    snapshot = studio.capture()
    shuffled = Snapshot(counts=dict(sorted(snapshot.counts.items())))
    kinds = [row.kind for row in reconciliation_of(shuffled).rows]
    assert kinds == [row.kind for row in reconciliation_of(snapshot).rows]
    assert kinds[:3] == ["pages", "rows", "databases"]
