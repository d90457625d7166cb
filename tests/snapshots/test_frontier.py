"""The frontier: whatever is met in whatever order, every object is counted once and ends once."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.core.tenancy import scope
from apps.jobs.reconciliation import reconciliation
from apps.snapshots.capture.batch import Batch, add_seeds
from apps.snapshots.capture.frontier import take, tally_of
from apps.snapshots.capture.seeds import SEEDS
from apps.snapshots.capture.steps import Found, Node, Step, ended, hint, outside
from apps.snapshots.capture.tally import Tally
from apps.snapshots.models import CaptureNode, Kind, NodeState, Snapshot, Turn, Unmet
from tests.factories.tenants import Tenant
from tests.snapshots.test_store import make_workspace

pytestmark = pytest.mark.django_db

HOME = UUID(int=10_000)


@pytest.fixture
def snapshot(inside_acme: Tenant) -> Snapshot:
    return Snapshot.objects.create(workspace=make_workspace("one"), number=1, taken_by="suite")


class Capture:
    """Commits steps as the writer does."""

    def __init__(self, snapshot: Snapshot) -> None:
        CaptureNode.objects.all().delete()
        Unmet.objects.all().delete()
        self.snapshot = snapshot
        home = CaptureNode.objects.create(snapshot=snapshot, object=HOME, kind=Kind.PAGE, turn=Turn.FRESH)
        self.tally = tally_of(snapshot)
        self.home = take(snapshot, [Turn.FRESH], 1, frozenset())[0]
        assert self.home.id == home.pk

    def commit(self, *steps: Step, held: frozenset[int] = frozenset()) -> None:
        batch = Batch.prepare(self.snapshot, self.tally, steps, held | {self.home.id})
        batch.write()
        self.tally = batch.tally
        assert self.tally == tally_of(self.snapshot)

    def meets(self, *found: Found) -> None:
        self.commit(Step(self.home, None, found=list(found)))

    def node(self, number: int) -> CaptureNode:
        return CaptureNode.objects.get(object=UUID(int=number))

    def taken(self, *turns: Turn) -> list[Node]:
        return take(self.snapshot, turns or list(Turn), 100, frozenset({self.home.id}))


RAW = {"object": "page", "id": "x", "parent": {"type": "workspace"}}


def found(number: int, how: str) -> Found:
    """The ways in which one object may be met."""
    object_id = UUID(int=number)
    match how:
        case "hinted":
            return hint(object_id, Kind.PAGE)
        case "linked":
            return hint(object_id, Kind.PAGE, Turn.LAST)
        case "searched":
            return Found(object_id, Kind.PAGE, turn=Turn.FRESH, raw=RAW)
        case "searched in a block":
            return Found(object_id, Kind.PAGE, turn=Turn.LAST, raw=RAW)
        case "searched row":
            return Found(object_id, Kind.ROW, parent=HOME, turn=Turn.LAST)
        case "queried":
            return Found(object_id, Kind.ROW, parent=HOME, place=HOME, turn=Turn.FRESH, raw=RAW)
        case "external":
            return Found(object_id, Kind.FILE, state=NodeState.SKIPPED, turn=None, reason="external_file")
    return Found(object_id, Kind.PAGE, parent=HOME, place=HOME, title="listed")


WAYS = ["hinted", "linked", "searched", "searched in a block", "searched row", "queried", "listed", "external"]
ENDS = ["done", "failed", "vanished", "outside", "goes on"]


def end(node: Node, how: str) -> Step:
    match how:
        case "done":
            return Step(node, kind=Kind.ROW if node.kind == Kind.ROW else Kind.PAGE)
        case "failed":
            return ended(node, "no_answer")
        case "vanished":
            return ended(node, "vanished", gone=True)
        case "outside" if node.hinted:
            return outside(node)
    return Step(node, None, raw=RAW, part=b"part", kind=node.kind)


acts = st.one_of(
    st.tuples(st.just("meet"), st.lists(st.tuples(st.integers(0, 4), st.sampled_from(WAYS)), min_size=1, max_size=4)),
    st.tuples(st.just("work"), st.lists(st.sampled_from(ENDS), min_size=1, max_size=4)),
)


@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(story=st.lists(acts, max_size=10))
def test_counts_and_nodes_agree_after_any_story(snapshot: Snapshot, story: list[tuple[str, Any]]) -> None:
    capture = Capture(snapshot)
    for act, details in story:
        if act == "meet":
            capture.meets(*(found(number, how) for number, how in details))
            continue
        nodes = [node for node in capture.taken() if node.kind != Kind.FILE][: len(details)]
        steps = [end(node, how) for node, how in zip(nodes, details, strict=False)]
        again = [found(number, "listed") for number in range(3)]
        capture.commit(*steps, Step(capture.home, None, found=again), held=frozenset(node.id for node in nodes))
    while nodes := capture.taken():
        capture.commit(*(end(node, "done") for node in nodes))
    capture.commit(Step(capture.home))
    counts = reconciliation(capture.tally.counts())
    assert counts.closes
    assert counts.total.seen >= 1
    failed = Unmet.objects.exclude(outcome="skipped").count()
    assert counts.total.failed + counts.total.capped == failed
    assert counts.total.skipped == Unmet.objects.filter(outcome="skipped").count()


def test_a_row_that_search_named_waits_for_its_data_source(snapshot: Snapshot) -> None:
    capture = Capture(snapshot)
    capture.meets(found(1, "searched row"))
    assert capture.taken(Turn.FRESH, Turn.KNOWN) == []
    assert [node.raw for node in capture.taken(Turn.LAST)] == [None]
    capture.meets(found(1, "queried"))
    (node,) = capture.taken(Turn.FRESH)
    assert (node.kind, node.raw, node.parent) == (Kind.ROW, RAW, HOME)
    assert capture.tally.counts()["rows"]["seen"] == 1


def test_a_page_in_a_block_waits_until_a_listing_says_where(snapshot: Snapshot) -> None:
    capture = Capture(snapshot)
    capture.meets(found(1, "searched in a block"))
    assert capture.taken(Turn.FRESH, Turn.KNOWN) == []
    capture.meets(found(1, "listed"))
    (node,) = capture.taken(Turn.FRESH, Turn.KNOWN)
    assert (node.raw, node.parent, node.place) == (RAW, HOME, HOME)


def test_a_reference_counts_only_when_notion_shows_the_object(snapshot: Snapshot) -> None:
    capture = Capture(snapshot)
    capture.meets(found(1, "hinted"), found(2, "linked"))
    assert capture.tally.counts()["pages"]["seen"] == 1
    first, second = capture.taken(Turn.KNOWN, Turn.LAST)
    capture.commit(outside(first), Step(second))
    assert capture.tally.counts()["pages"] == {"seen": 2, "done": 1, "skipped": 0, "capped": 0, "failed": 0}
    assert capture.node(1).state == NodeState.OUTSIDE
    assert not Unmet.objects.exists()
    capture.meets(found(1, "listed"))
    assert capture.node(1).state == NodeState.PENDING
    assert capture.tally.counts()["pages"]["seen"] == 3


def test_a_node_in_a_reader_s_hands_is_not_written_anew(snapshot: Snapshot) -> None:
    capture = Capture(snapshot)
    capture.meets(found(1, "hinted"))
    (node,) = capture.taken(Turn.KNOWN)
    capture.commit(Step(capture.home, None, found=[found(1, "queried")]), held=frozenset({node.id}))
    assert (capture.node(1).pk, capture.node(1).state) == (node.id, NodeState.PENDING)
    capture.commit(Step(node, kind=Kind.ROW))
    assert capture.tally.counts()["rows"] == {"seen": 1, "done": 1, "skipped": 0, "capped": 0, "failed": 0}


def test_while_search_goes_on_pages_that_it_may_show_are_not_asked_for(snapshot: Snapshot) -> None:
    add_seeds(snapshot)
    add_seeds(snapshot)
    assert CaptureNode.objects.count() == len(SEEDS)
    page = CaptureNode.objects.create(snapshot=snapshot, object=HOME, kind=Kind.PAGE, turn=Turn.KNOWN)
    waiting = take(snapshot, [Turn.FRESH, Turn.KNOWN], 100, frozenset())
    assert page.pk not in {node.id for node in waiting}
    CaptureNode.objects.exclude(pk=page.pk).update(turn=None)
    assert [node.id for node in take(snapshot, [Turn.FRESH, Turn.KNOWN], 100, frozenset())] == [page.pk]


def test_files_go_first_and_know_whether_they_are_stored(snapshot: Snapshot) -> None:
    capture = Capture(snapshot)
    capture.meets(Found(UUID(int=5), Kind.FILE, turn=Turn.FILE, raw={"url": "u"}), found(1, "listed"))
    (node,) = capture.taken(Turn.FILE)
    assert (node.raw, node.stored) == ({"url": "u"}, False)


def test_a_frontier_is_its_organization_s(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        snapshot = Snapshot.objects.create(workspace=make_workspace("one"), number=1, taken_by="suite")
        add_seeds(snapshot)
    with scope(globex.organization.pk):
        assert take(snapshot, list(Turn), 100, frozenset()) == []
        assert tally_of(snapshot) == Tally()
