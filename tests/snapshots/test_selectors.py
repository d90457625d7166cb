"""Reading a snapshot: the tree in Notion's order, tables, discussions, what is missing, and its history."""

from uuid import UUID, uuid4

import pytest

from apps.core.errors import Invalid, NotFound
from apps.jobs.models import Job
from apps.sandbox.faults import Fault
from apps.snapshots import selectors
from apps.snapshots.capture.options import Options
from apps.snapshots.markdown import markdown_of
from apps.snapshots.models import Kind, Snapshot, SnapshotState
from apps.snapshots.reading import SnapshotContext
from apps.snapshots.store.files import open_stored
from apps.snapshots.store.roots import find_roots
from tests.snapshots.studio import EVERYTHING, Studio

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def snapshot(studio: Studio) -> Snapshot:
    return studio.capture()


def walk(snapshot: Snapshot, limit: int = 200) -> list[selectors.Entry]:
    """The whole tree, depth first, through the selectors."""

    def below(parent: UUID | None) -> list[selectors.Entry]:
        found, after = [], ""
        while True:
            found_slice = (
                selectors.roots(snapshot, after, limit)
                if parent is None
                else selectors.children(snapshot, parent, after, limit)
            )
            for entry in found_slice.entries:
                found += [entry, *(below(entry.id) if entry.count else [])]
            if not found_slice.next:
                return found
            after = found_slice.next

    return below(None)


@pytest.mark.parametrize("limit", [200, 3])
def test_the_tree_holds_everything_once_however_it_is_cut(studio: Studio, snapshot: Snapshot, limit: int) -> None:
    truth = studio.sandbox.expected()
    found = [str(entry.id) for entry in walk(snapshot, limit)]
    assert len(found) == len(set(found))
    tables = truth["databases"] | truth["data_sources"] | truth["rows"] | truth["templates"]
    assert set(found) == truth["pages"] | tables


def test_children_stand_in_the_order_of_the_page(studio: Studio, snapshot: Snapshot) -> None:
    world = studio.sandbox.world
    home = next(page for page in world.pages.values() if page.parent is None and len(page.children) > 3)
    named = [
        block["id"]
        for block in selectors.blocks(snapshot, UUID(home.id))
        if block["type"] in ("child_page", "child_database")
    ]
    held = selectors.titles(snapshot, map(UUID, named))
    children = selectors.children(snapshot, UUID(home.id))
    assert [entry.id for entry in children.entries] == [UUID(each) for each in named if UUID(each) in held]
    assert children.total == len(children.entries) > 3


def test_rows_stand_in_the_order_of_their_creation_and_say_how_many(studio: Studio, snapshot: Snapshot) -> None:
    tasks = max(studio.sandbox.world.data_sources.values(), key=lambda source: len(source.rows))
    first = selectors.children(snapshot, UUID(tasks.id), limit=10)
    second = selectors.children(snapshot, UUID(tasks.id), first.next, limit=10)
    times = [selectors.get_object(snapshot, row.id).raw["created_time"] for row in (*first.entries, *second.entries)]
    assert first.total == sum(1 for row in tasks.rows if not row.in_trash)
    assert times == sorted(times)
    assert not {row.id for row in first.entries} & {row.id for row in second.entries}


def test_a_table_has_its_title_first_and_every_row(studio: Studio, snapshot: Snapshot) -> None:
    tasks = max(studio.sandbox.world.data_sources.values(), key=lambda source: len(source.rows))
    table = selectors.table(snapshot, UUID(tasks.id))
    assert table.columns[0]["type"] == "title"
    assert {column["name"] for column in table.columns} == set(table.source.raw["properties"])
    assert len(table.rows) == sum(1 for row in tasks.rows if not row.in_trash)
    assert [row.id for row in table.rows[5:8]] == [table.rows[at].id for at in (5, 6, 7)]
    assert all(set(row.raw["properties"]) == set(table.source.raw["properties"]) for row in table.rows[:])


def test_the_way_up_leads_to_a_root(snapshot: Snapshot) -> None:
    for entry in walk(snapshot):
        way = selectors.ancestors(snapshot, entry.id)
        assert [each.parent for each in way[1:]] == [each.id for each in way[:-1]]
        assert (way[-1].id if way else None) == entry.parent or str(entry.id) in snapshot.roots
        assert str(way[0].id if way else entry.id) in snapshot.roots


def test_titles_are_found_by_their_words(snapshot: Snapshot) -> None:
    some = next(entry for entry in walk(snapshot) if len(entry.title) > 8)
    found = selectors.search(snapshot, some.title[2:7].upper())
    assert some.id in {entry.id for entry in found.entries}
    assert found.total >= len(found.entries)
    assert selectors.search(snapshot, "no title says this").entries == []
    assert selectors.search(snapshot, "%").total == len([e for e in walk(snapshot) if "%" in e.title])


def test_discussions_are_read_with_their_place(studio: Studio) -> None:
    snapshot = studio.capture(EVERYTHING)
    comments = studio.sandbox.expected()["comments"]
    pages = studio.sandbox.world.pages
    found: dict[str, set[str]] = {}
    for page in pages:
        for discussion in selectors.discussions(snapshot, UUID(page)):
            found.setdefault(discussion.on, set()).update(comment["id"] for comment in discussion.comments)
    assert found == comments


def test_views_and_files_are_read(studio: Studio, snapshot: Snapshot) -> None:
    database = next(each for each in studio.sandbox.world.databases.values() if len(each.views) > 1)
    views = selectors.views(snapshot, UUID(database.id))
    assert {str(view.id) for view in views} == {view.id for view in database.views}
    addresses = list(studio.content(snapshot).files)
    stored = selectors.stored_files(snapshot, [f"{address}?X-Amz-Signature=any" for address in addresses])
    assert set(stored) == set(addresses)
    for file in stored.values():
        with open_stored(file.name) as opened:
            assert len(opened.read()) == file.size
        organization = studio.tenant.organization.public_id
        assert file.name.startswith(f"{organization}/{studio.workspace.public_id}/files/")


def test_what_a_snapshot_does_not_hold_is_not_found(snapshot: Snapshot) -> None:
    for read in (selectors.get_object, selectors.table):
        with pytest.raises(NotFound):
            read(snapshot, uuid4())
    with pytest.raises(NotFound):
        list(selectors.blocks(snapshot, uuid4()))
    assert selectors.children(snapshot, uuid4()).entries == []
    assert selectors.ancestors(snapshot, uuid4()) == []
    with pytest.raises(Invalid):
        selectors.roots(snapshot, after="nonsense")


def test_documents_link_inside_the_snapshot(studio: Studio, snapshot: Snapshot) -> None:
    context = SnapshotContext(snapshot, lambda found: f"/objects/{found}", lambda found: f"/files/{found}")
    texts = [
        markdown_of(snapshot, selectors.get_object(snapshot, entry.id), inside, context)
        for entry in walk(snapshot)
        if entry.kind in (Kind.PAGE, Kind.DATABASE)
        for inside in [list(selectors.blocks(snapshot, entry.id)) if entry.kind == Kind.PAGE else []]
    ]
    whole = "\n".join(texts)
    assert "](/objects/" in whole
    assert "/files/" in whole
    assert "X-Amz-Signature" not in whole


def test_the_history_of_an_object_names_the_snapshots_that_show_it(studio: Studio, snapshot: Snapshot) -> None:
    page = next(page for page in studio.sandbox.world.pages.values() if page.parent is None and not page.in_trash)
    studio.write("PATCH", f"pages/{page.id}", {"properties": {"title": [{"text": {"content": "Renamed"}}]}})
    second = studio.capture()
    found = selectors.versions_of(studio.workspace, UUID(page.id))
    assert [(version.title, shot.number if shot else None) for version, shot in found] == [
        ("Renamed", second.number),
        (page_title_before(snapshot, page.id), snapshot.number),
    ]
    assert selectors.get_object(snapshot, UUID(page.id)).title != "Renamed"


def page_title_before(snapshot: Snapshot, page: str) -> str:
    return selectors.get_object(snapshot, UUID(page)).title


def test_an_incomplete_snapshot_does_not_outrank_a_complete_one(studio: Studio, snapshot: Snapshot) -> None:
    page = next(iter(studio.sandbox.expected()["blocks"]))
    studio.sandbox.faults.add(Fault("500", path=f"/v1/blocks/{page}/children", times=None))
    second = studio.capture(Options(mode="full"))
    assert second.state == SnapshotState.INCOMPLETE
    assert selectors.latest_complete(studio.workspace) == snapshot
    assert list(selectors.snapshots(studio.workspace)) == [second, snapshot]
    (group,) = selectors.unmet_groups(second, "failed")
    assert (group.reason.code, group.count, group.hidden) == ("no_answer", 1, 0)
    assert [unmet.object for unmet in selectors.unmet(second, outcome="failed")] == [UUID(page)]
    assert {group.reason.outcome for group in selectors.unmet_groups(second)} == {"failed", "skipped"}


def test_a_running_snapshot_can_be_looked_into(studio: Studio) -> None:
    studio.start()
    snapshot = Snapshot.objects.get()
    assert selectors.roots(snapshot).entries == []
    assert find_roots(snapshot) == []
    assert Job.objects.get().word == "Queued"
