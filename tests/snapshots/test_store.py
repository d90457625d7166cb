"""The temporal store: intervals open, close, are taken back and dropped; older snapshots never change."""

from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.core.tenancy import NoScope, WrongScope, scope
from apps.notion.normalise import canonical
from apps.snapshots.models import FOREVER, Chunk, Kind, ObjectVersion, Snapshot, StoredFile
from apps.snapshots.store.bodies import CHUNK_ABOVE, Line, own_json, pack, read_lines
from apps.snapshots.store.chunks import chunk_loader
from apps.snapshots.store.versions import Draft, FileContent, abort, alive_at, close_objects, compare, drop
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

World = dict[int, str]


@pytest.fixture
def workspace(inside_acme: Tenant) -> Workspace:
    return make_workspace("one")


def make_workspace(name: str) -> Workspace:
    return Workspace.objects.create(
        name=name,
        notion_id=name,
        bot_id="bot",
        base_url="http://nowhere.test",
        rate_limit=180,
        rate_window=60.0,
    )


def object_id(number: int) -> UUID:
    return UUID(int=number + 1)


def draft(number: int, words: str, *, file: FileContent | None = None, lines: int = 0) -> Draft:
    inside = [Line(f"{line:032x}", canonical({"id": f"{line:032x}", "words": words})) for line in range(lines)]
    own = canonical({"object": "page", "id": str(object_id(number)), "words": words})
    return Draft(object_id(number), Kind.FILE if file else Kind.PAGE, words, words, pack(own, inside), file=file)


def put(workspace: Workspace, number: int, *drafts: Draft) -> int:
    changes = compare(workspace.pk, number, drafts)
    changes.write()
    return changes.size


def take(workspace: Workspace, number: int, world: World) -> None:
    """A snapshot of a whole world: what is in it is put, what is not any more is closed."""
    put(workspace, number, *(draft(each, words) for each, words in world.items()))
    here = {object_id(each) for each in world}
    gone = set(alive_at(workspace.pk, number).values_list("object", flat=True)) - here
    close_objects(workspace.pk, number, list(gone))


def seen(workspace: Workspace, number: int) -> World:
    found = {}
    for version in alive_at(workspace.pk, number):
        assert version.object.int - 1 not in found
        found[version.object.int - 1] = own_json(bytes(version.body))["words"]
    return found


worlds = st.lists(st.dictionaries(st.integers(0, 6), st.sampled_from("abc"), max_size=6), min_size=1, max_size=6)
usual = hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
def test_what_lies_in_an_object_is_found_without_looking_at_the_rest(workspace: Workspace) -> None:
    alive = alive_at(workspace.pk, 3)
    assert "version_by_parent" in alive.filter(parent=object_id(1), kind=Kind.ROW).order_by("sort_key").explain()
    assert "object=?" in alive.filter(object=object_id(1)).explain()


@usual
@given(history=worlds)
def test_every_snapshot_shows_its_own_world(workspace: Workspace, history: list[World]) -> None:
    ObjectVersion.objects.all().delete()
    for number, world in enumerate(history, start=1):
        take(workspace, number, world)
    for number, world in enumerate(history, start=1):
        assert seen(workspace, number) == world


@usual
@given(history=worlds, last=st.dictionaries(st.integers(0, 6), st.sampled_from("abc"), max_size=6))
def test_an_aborted_snapshot_was_never_there(workspace: Workspace, history: list[World], last: World) -> None:
    ObjectVersion.objects.all().delete()
    for number, world in enumerate(history, start=1):
        take(workspace, number, world)
    before = set(ObjectVersion.objects.values_list("object", "from_no", "until_no"))
    take(workspace, len(history) + 1, last)
    for _ in range(2):
        assert abort(workspace.pk, len(history) + 1) == []
        assert set(ObjectVersion.objects.values_list("object", "from_no", "until_no")) == before


@usual
@given(history=worlds, data=st.data())
def test_dropping_a_snapshot_changes_no_other(workspace: Workspace, history: list[World], data: st.DataObject) -> None:
    ObjectVersion.objects.all().delete()
    for number, world in enumerate(history, start=1):
        take(workspace, number, world)
    kept = sorted(data.draw(st.sets(st.integers(1, len(history)))) | {len(history)})
    for previous, following in zip([0, *kept], kept, strict=False):
        if following - previous > 1:
            drop(workspace.pk, previous, following)
            drop(workspace.pk, previous, following)
    for number in kept:
        assert seen(workspace, number) == history[number - 1]
    used = {row.pk for number in kept for row in alive_at(workspace.pk, number)}
    assert set(ObjectVersion.objects.values_list("pk", flat=True)) == used


def test_the_newest_snapshot_is_never_dropped(workspace: Workspace) -> None:
    for previous, following in [(1, 1), (2, 1), (0, FOREVER), (-1, 1)]:
        with pytest.raises(ValueError, match="between"):
            drop(workspace.pk, previous, following)


def test_an_unchanged_object_stores_nothing_and_a_second_sight_in_one_snapshot_overwrites(workspace: Workspace) -> None:
    assert put(workspace, 1, draft(1, "a")) > 0
    assert put(workspace, 2, draft(1, "a")) == 0
    put(workspace, 2, draft(1, "b"))
    put(workspace, 2, draft(1, "c"))
    assert list(ObjectVersion.objects.order_by("from_no").values_list("from_no", "until_no", "title")) == [
        (1, 2, "a"),
        (2, FOREVER, "c"),
    ]


def test_a_moved_object_is_a_new_version_of_it_alone(workspace: Workspace) -> None:
    put(workspace, 1, draft(1, "a"), draft(2, "b"))
    moved = draft(1, "a")
    put(workspace, 2, Draft(moved.object, moved.kind, "a", "a", moved.packed, parent=object_id(2)))
    assert ObjectVersion.objects.count() == 3
    assert seen(workspace, 1) == seen(workspace, 2)


def test_a_huge_page_shares_its_chunks_between_versions(workspace: Workspace) -> None:
    put(workspace, 1, draft(1, "a", lines=CHUNK_ABOVE * 3))
    chunks = Chunk.objects.count()
    assert chunks > 2
    own = canonical({"object": "page", "id": str(object_id(1)), "words": "title only"})
    lines = [Line(f"{line:032x}", canonical({"id": f"{line:032x}", "words": "a"})) for line in range(CHUNK_ABOVE * 3)]
    changed = Draft(object_id(1), Kind.PAGE, "x", "x", pack(own, lines))
    assert put(workspace, 2, changed) < 2_000
    assert Chunk.objects.count() == chunks
    version = alive_at(workspace.pk, 2).get()
    assert sum(1 for _ in read_lines(bytes(version.body), chunk_loader(workspace.pk))) == CHUNK_ABOVE * 3
    abort(workspace.pk, 2)
    assert Chunk.objects.count() == chunks
    abort(workspace.pk, 1)
    assert not Chunk.objects.exists()


def test_chunks_go_with_the_last_version_that_refers_to_them(workspace: Workspace) -> None:
    put(workspace, 1, draft(1, "a", lines=CHUNK_ABOVE * 2))
    put(workspace, 2, draft(1, "b", lines=CHUNK_ABOVE * 2))
    put(workspace, 3, draft(1, "c"))
    drop(workspace.pk, 1, 3)
    version = alive_at(workspace.pk, 1).get()
    assert sum(1 for _ in read_lines(bytes(version.body), chunk_loader(workspace.pk))) == CHUNK_ABOVE * 2
    drop(workspace.pk, 0, 3)
    assert not Chunk.objects.exists()
    assert seen(workspace, 3) == {1: "c"}


PDF = FileContent("a" * 64, 1_000, "application/pdf", "where/it/lies")


def test_files_are_kept_once_and_forgotten_with_their_last_version(workspace: Workspace) -> None:
    assert put(workspace, 1, draft(1, "first", file=PDF), draft(2, "second", file=PDF)) > 1_000
    assert StoredFile.objects.count() == 1
    assert alive_at(workspace.pk, 1).filter(file__sha256=PDF.sha256).count() == 2
    close_objects(workspace.pk, 2, [object_id(1)])
    close_objects(workspace.pk, 3, [object_id(2)])
    assert drop(workspace.pk, 0, 2) == []
    assert StoredFile.objects.count() == 1
    assert drop(workspace.pk, 0, 3) == [PDF.name]
    assert not StoredFile.objects.exists()


def test_aborting_forgets_the_files_it_brought_and_no_others(workspace: Workspace) -> None:
    put(workspace, 1, draft(1, "old", file=PDF))
    new = FileContent("b" * 64, 5, "text/plain", "another")
    put(workspace, 2, draft(2, "new", file=new), draft(3, "old again", file=PDF))
    assert abort(workspace.pk, 2) == ["another"]
    assert list(StoredFile.objects.values_list("name", flat=True)) == [PDF.name]


def test_workspaces_do_not_touch_each_other(workspace: Workspace) -> None:
    other = make_workspace("two")
    put(workspace, 1, draft(1, "a", lines=CHUNK_ABOVE + 1))
    put(other, 1, draft(1, "a", lines=CHUNK_ABOVE + 1))
    abort(workspace.pk, 1)
    assert seen(other, 1) == {1: "a"}
    version = alive_at(other.pk, 1).get()
    assert sum(1 for _ in read_lines(bytes(version.body), chunk_loader(other.pk))) == CHUNK_ABOVE + 1


def test_one_organization_does_not_see_the_other_s_store(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        workspace = make_workspace("one")
        put(workspace, 1, draft(1, "a"))
        snapshot = Snapshot.objects.create(workspace=workspace, number=1, taken_by="suite")
    with scope(globex.organization.pk):
        assert seen(workspace, 1) == {}
        assert abort(workspace.pk, 1) == []
        assert not Snapshot.objects.filter(pk=snapshot.pk).exists()
        with pytest.raises(WrongScope):
            Snapshot.objects.create(workspace=workspace, number=2, taken_by="suite")
    with scope(acme.organization.pk):
        assert seen(workspace, 1) == {1: "a"}
    with pytest.raises(NoScope):
        seen(workspace, 1)
