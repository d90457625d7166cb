"""Which objects changed, from the intervals of the store alone: any history, either order, few rows looked at."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.notion.normalise import canonical
from apps.snapshots.compare import changes, quiet
from apps.snapshots.compare.changes import Changed, Filters
from apps.snapshots.compare.marks import Mark
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.survey import survey
from apps.snapshots.models import Kind, ObjectVersion, Snapshot, SnapshotState
from apps.snapshots.store.bodies import pack
from apps.snapshots.store.versions import Draft, alive_at, close_objects, compare
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant
from tests.snapshots.test_store import make_workspace

pytestmark = pytest.mark.django_db

Thing = tuple[str, int | None, str]
"""Title, parent's number, and what else is in it."""
World = dict[int, Thing]


@pytest.fixture
def workspace(inside_acme: Tenant) -> Workspace:
    return make_workspace("one")


def identity(number: int) -> UUID:
    return UUID(int=number + 1)


def draft(number: int, thing: Thing) -> Draft:
    title, parent, words = thing
    own = {
        "object": "page",
        "id": str(identity(number)),
        "parent": {"type": "page_id", "page_id": str(identity(parent))} if parent is not None else {},
        "properties": {"Name": {"id": "title", "type": "title", "title": [{"plain_text": title}]}},
        "words": words,
    }
    above = identity(parent) if parent is not None else None
    return Draft(identity(number), Kind.PAGE, title, f"{number:04d}", pack(canonical(own)), parent=above)


def take(workspace: Workspace, number: int, world: World) -> Snapshot:
    """A snapshot of a whole world."""
    compare(workspace.pk, number, [draft(each, thing) for each, thing in world.items()]).write()
    gone = set(alive_at(workspace.pk, number).values_list("object", flat=True)) - {identity(each) for each in world}
    close_objects(workspace.pk, number, list(gone))
    return Snapshot.objects.create(workspace=workspace, number=number, state=SnapshotState.COMPLETE, taken_by="test")


def expected(before: World, after: World) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for number in before.keys() | after.keys():
        old, new = before.get(number), after.get(number)
        if old == new:
            continue
        if old is None or new is None:
            found[identity(number)] = int(Mark.ADDED if new else Mark.REMOVED)
            continue
        marks = (old[1] != new[1], old[0] != new[0], old[2] != new[2])
        found[identity(number)] = sum(
            mark for mark, on in zip((Mark.MOVED, Mark.RENAMED, Mark.CHANGED), marks, strict=True) if on
        )
    return found


THINGS = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([None, 0, 1]), st.sampled_from(["x", "y"]))
WORLDS = st.dictionaries(st.integers(0, 5), THINGS, max_size=6)


@given(st.lists(WORLDS, min_size=2, max_size=3))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
def test_any_two_of_any_history_give_what_differs(workspace: Workspace, worlds: list[World]) -> None:
    ObjectVersion.objects.all().delete()
    Snapshot.objects.all().delete()
    shots = [take(workspace, number, world) for number, world in enumerate(worlds, start=1)]
    for a, before in enumerate(shots):
        for b, after in enumerate(shots):
            pair = Pair(before, after)
            told = expected(worlds[a], worlds[b])
            followed = quiet.refined(pair, list(changes.every(pair)))
            assert weights(followed) == told
            assert len(followed) == len(told)
            surveyed = survey(pair, Filters())
            assert weights(surveyed.found) == told
            assert surveyed.total == len(told)
            assert sum(changes.counts(pair).values()) == len(told)
            one = changes.one(pair, identity(0))
            assert (one is not None) == (identity(0) in told)


def weights(found: list[Changed]) -> dict[UUID, int]:
    return {one.object: one.weight for one in found}


def test_there_and_back_again_is_no_change(workspace: Workspace) -> None:
    world: World = {0: ("a", None, "x")}
    shots = [take(workspace, 1, world), take(workspace, 2, {0: ("b", None, "y")}), take(workspace, 3, world)]
    assert changes.first(Pair(shots[0], shots[2]), Filters(), 10) == []
    assert changes.counts(Pair(shots[2], shots[0])) == {}
    assert weights(changes.first(Pair(shots[0], shots[1]), Filters(), 10)) == {identity(0): 3}


def test_a_list_is_followed_to_its_end_in_steps_of_any_size(workspace: Workspace) -> None:
    before: World = dict.fromkeys(range(10), ("a", None, "x"))
    after: World = dict.fromkeys(range(4, 14), ("a", None, "y"))
    for pair in (pair_of(workspace, before, after), pair_of(workspace, before, after, 10, backwards=True)):
        whole, end = changes.follow(pair, Filters(), limit=100)
        assert (len(whole), end) == (14, "")
        for step in (1, 3, 4, 5, 7, 10, 14):
            taken: list[Changed] = []
            after_ = ""
            while True:
                some, after_ = changes.follow(pair, Filters(), after_, step)
                assert len(some) <= step
                taken += some
                if not after_:
                    break
            assert taken == whole


def pair_of(workspace: Workspace, before: World, after: World, start: int = 1, *, backwards: bool = False) -> Pair:
    first, second = take(workspace, start, before), take(workspace, start + 1, after)
    return Pair(second, first) if backwards else Pair(first, second)


def test_filters_narrow_what_is_listed_and_not_what_is_counted(workspace: Workspace) -> None:
    before: World = {0: ("a", None, "x"), 1: ("b", 0, "x"), 2: ("c", 0, "x"), 3: ("d", None, "x")}
    after: World = {0: ("a", None, "x"), 1: ("bb", 0, "x"), 2: ("c", 3, "y"), 4: ("e", 0, "x")}
    pair = pair_of(workspace, before, after)
    for mark, numbers in {
        Mark.ADDED: [4],
        Mark.REMOVED: [3],
        Mark.MOVED: [2],
        Mark.RENAMED: [1],
        Mark.CHANGED: [2],
    }.items():
        found = survey(pair, Filters(mark))
        assert [one.object for one in found.found] == [identity(number) for number in numbers], mark
        assert (found.total, found.marked(mark), found.passing(Filters(mark))) == (4, 1, 1)
    assert [one.object for one in survey(pair, Filters(parent=identity(0))).found] == [identity(4), identity(1)]
    assert [one.object for one in survey(pair, Filters(words="BB")).found] == [identity(1)]
    assert survey(pair, Filters(kind=Kind.ROW)).found == []
    assert [one.title for one in survey(pair, Filters()).found] == ["e", "d", "c", "bb"]


def test_more_than_can_be_held_are_counted_and_the_first_are_listed(workspace: Workspace) -> None:
    before: World = dict.fromkeys(range(20), ("a", None, "x"))
    after: World = {number: (f"b{number}", None, "x") for number in range(5, 30)}
    found = survey(pair_of(workspace, before, after), Filters(), most=10)
    assert (found.is_cut, found.is_exact, found.total, len(found.found)) == (True, False, 30, 10)
    assert found.marked(Mark.RENAMED) == 15
    removed = survey(Pair(*reversed(list(Snapshot.objects.order_by("-number")))), Filters(Mark.REMOVED), most=10)
    assert [one.weight for one in removed.found] == [Mark.REMOVED] * 5


READS = (
    "INDEX version_by_from (workspace_id=? AND from_no>? AND from_no<?)",
    "INDEX version_by_until (workspace_id=? AND until_no>? AND until_no<?)",
    "INDEX sqlite_autoindex_snapshots_objectversion_1 (workspace_id=? AND object=?",
)
"""What began in between, what ended in between, and the versions of one object (the index of ``version_once``)."""


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("what", ["first", "counts", "follow", "one", "narrow"])
def test_only_the_indexes_of_change_are_read(workspace: Workspace, what: str, backwards: bool) -> None:
    """A walk through a snapshot would scan the table or the index of parents, or take the workspace alone."""
    if connection.vendor != "sqlite":
        pytest.skip("Query plans are those of SQLite.")
    world: World = dict.fromkeys(range(50), ("a", None, "x"))
    pair = pair_of(workspace, world, world | {0: ("b", None, "y")}, backwards=backwards)
    with CaptureQueriesContext(connection) as asked:
        match what:
            case "first":
                changes.first(pair, Filters(), 100)
            case "counts":
                changes.counts(pair)
            case "follow":
                changes.follow(pair, Filters(), "b.1.1" if backwards else "a.1.1")
            case "one":
                changes.one(pair, identity(7))
            case _:
                changes.first(pair, Filters(Mark.MOVED, Kind.PAGE, words="a"), 100)
    plans = [step for query in asked for step in plan(query["sql"])]
    reads = [step for step in plans if step.startswith(("SCAN", "SEARCH"))]
    assert reads
    assert [step for step in reads if not any(read in step for read in READS)] == []


def plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]
