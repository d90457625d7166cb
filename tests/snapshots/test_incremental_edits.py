"""Whatever people do between two captures, the incremental one finds it: it holds what a full sweep holds."""

import random
from collections.abc import Callable

import pytest

from apps.sandbox.world import edits
from apps.sandbox.world.objects import InBlock, Page
from apps.sandbox.world.rich_text import plain_text
from apps.snapshots.models import Kind, ObjectVersion, Snapshot, SnapshotState, Unmet
from tests.snapshots.editing import a_page, a_row, assert_like_a_full_sweep, in_the_past, plain_pages, rows_of
from tests.snapshots.studio import EVERYTHING, USUAL, Studio

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studio(studio: Studio) -> Studio:
    return in_the_past(studio)


def rename(studio: Studio) -> None:
    studio.sandbox.edit.rename(a_page(studio).id, "Under another name")


def edit_inside_a_block(studio: Studio) -> None:
    edit, page = studio.sandbox.edit, a_page(studio)
    toggle = edit.append_block(page.id, "toggle", {"rich_text": [], "color": "default"})
    edit.append_paragraph(toggle, "Deep inside.")


def move_below_another_page(studio: Studio) -> None:
    page = a_page(studio)
    other = next(each for each in plain_pages(studio) if each is not page and each.parent is not page)
    studio.sandbox.edit.move(page.id, other.id)


def move_a_row_to_a_page(studio: Studio) -> None:
    studio.sandbox.edit.move(a_row(studio).id, a_page(studio).id)


def move_a_page_to_the_top(studio: Studio) -> None:
    page = a_page(studio)
    assert isinstance(page.parent, Page)
    token = next(iter(studio.sandbox.tokens.values()))
    studio.sandbox.edit.move(page.id, None)
    token.shared.add(page.id)


def new_page_and_row(studio: Studio) -> None:
    edit = studio.sandbox.edit
    edit.create_page(a_page(studio).id, "Brand new", "Words.")
    source = a_row(studio).data_source
    assert source is not None
    edit.create_page(source.id, "A new row", "Its words.")


def trash_with_all_below(studio: Studio) -> None:
    page = a_page(studio)
    studio.sandbox.edit.create_page(page.id, "Below", "Words.")
    studio.capture()
    studio.sandbox.edit.trash(page.id)


def restore_from_the_trash(studio: Studio) -> None:
    page = a_page(studio)
    studio.sandbox.edit.create_page(page.id, "Below", "Words.")
    studio.capture()
    studio.sandbox.edit.trash(page.id)
    studio.capture()
    studio.sandbox.edit.restore(page.id)


def trash_a_row(studio: Studio) -> None:
    studio.sandbox.edit.trash(a_row(studio).id)


def trash_a_database(studio: Studio) -> None:
    source = a_row(studio).data_source
    assert source is not None
    studio.sandbox.edit.trash(source.database.id)


def comment_and_edit(studio: Studio) -> None:
    page = a_page(studio)
    studio.sandbox.edit.comment(page.id, "Is this so?")
    studio.sandbox.edit.append_paragraph(page.id, "It is.")


def move_a_block_with_a_page_in_it(studio: Studio) -> None:
    edit, page = studio.sandbox.edit, a_page(studio)
    other = next(each for each in plain_pages(studio) if each is not page)
    toggle = edit.append_block(page.id, "toggle", {"rich_text": [], "color": "default"})
    edit.append_paragraph(toggle, "Taken along.")
    child = edit.create_page(page.id, "In a toggle", "Words.")
    edits.move(studio.sandbox.world, studio.sandbox.world.pages[child], InBlock(page, toggle), page.edited, edit.person)
    assert str(ObjectVersion.objects.get(object=child, from_no=studio.capture().number).parent) == page.id
    edit.move_block(toggle, other.id)


def archive_a_page_that_is_no_row(studio: Studio) -> None:
    """In the app's archive a page is no longer found by searching, but it is still where it was."""
    page = a_page(studio)
    studio.write("PATCH", f"pages/{page.id}", {"is_archived": True})


def archive_and_take_out_again(studio: Studio) -> None:
    archive_a_page_that_is_no_row(studio)
    studio.capture()
    studio.write("PATCH", f"pages/{a_page(studio).id}", {"is_archived": False})


CHANGES = [
    move_a_block_with_a_page_in_it,
    archive_a_page_that_is_no_row,
    archive_and_take_out_again,
    rename,
    edit_inside_a_block,
    move_below_another_page,
    move_a_row_to_a_page,
    move_a_page_to_the_top,
    new_page_and_row,
    trash_with_all_below,
    restore_from_the_trash,
    trash_a_row,
    trash_a_database,
    comment_and_edit,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_an_edit_is_found(studio: Studio, change: Callable[[Studio], None]) -> None:
    studio.capture()
    change(studio)
    assert_like_a_full_sweep(studio, studio.capture())


def test_a_rollup_that_changes_without_an_edit_costs_no_block(studio: Studio) -> None:
    """A project counts its tasks, and names them, without being edited itself."""
    world, edit = studio.sandbox.world, studio.sandbox.edit
    tasks = next(source for source in world.data_sources.values() if plain_text(source.title) == "Tasks")
    row = edit.create_page(tasks.id, "Repaint the float")
    projects = next(source for source in world.data_sources.values() if plain_text(source.title) == "Projects")
    project = next(row for row in projects.rows if not row.in_trash)
    studio.capture()
    edit.relate(row, "Project", project.id)
    studio.sandbox.calls.clear()
    second = studio.capture()
    here = ObjectVersion.objects.filter(from_no=second.number)
    assert {str(version.object) for version in here} >= {row, project.id}
    assert (
        studio.sandbox.calls["GET /v1/comments"]
        == 1 + ObjectVersion.objects.filter(kind__in=[Kind.PAGE, Kind.ROW], listed=b"").count()
    )
    assert_like_a_full_sweep(studio, second)


def test_relations_beyond_twenty_five_are_compared_although_nobody_edited_the_row(studio: Studio) -> None:
    """From the other side a relation grows behind the 25 that a row shows."""
    edit, world = studio.sandbox.edit, studio.sandbox.world
    tasks = next(source for source in world.data_sources.values() if plain_text(source.title) == "Tasks")
    projects = next(source for source in world.data_sources.values() if plain_text(source.title) == "Projects")
    project = next(row for row in projects.rows if not row.in_trash)
    rows = [edit.create_page(tasks.id, f"Task {number}") for number in range(32)]
    for row in rows[:30]:
        edit.relate(row, "Project", project.id)
    first = studio.capture()
    known = related(studio, first, project.id)
    assert known >= set(rows[:30])
    edit.relate(rows[30], "Project", project.id)
    edit.relate(rows[29], "Project")
    second = studio.capture()
    assert related(studio, second, project.id) == known - {rows[29]} | {rows[30]}
    assert_like_a_full_sweep(studio, second)


def related(studio: Studio, snapshot: Snapshot, row: str) -> set[str]:
    return {each["id"] for each in studio.content(snapshot).raw[row]["properties"]["Tasks"]["relation"]}


def test_a_page_inside_a_block_stays_where_it_is_without_an_edit(studio: Studio) -> None:
    world, edit = studio.sandbox.world, studio.sandbox.edit
    page = plain_pages(studio)[0]
    toggle = edit.append_block(page.id, "toggle", {"rich_text": [], "color": "default"})
    child = edit.create_page(page.id, "In a toggle", "Words.")

    edits.move(world, world.pages[child], InBlock(page, toggle), studio.sandbox.service.now(), edit.person)
    first = studio.capture()
    second = studio.capture()
    assert second.state == SnapshotState.COMPLETE
    assert not ObjectVersion.objects.filter(from_no=second.number).exists()
    assert str(ObjectVersion.objects.get(object=child).parent) == page.id
    assert first.counts == second.counts


def dice_of(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.mark.parametrize("seed", range(4))
def test_any_edits_in_any_order_are_found(studio: Studio, seed: int) -> None:
    dice = dice_of(seed)
    options = EVERYTHING if seed % 3 == 0 else USUAL
    studio.capture(options)
    for _ in range(3):
        for _ in range(dice.randint(1, 6)):
            _anything(studio, dice)
        if dice.random() < 0.3:
            studio.sandbox.service.search.omitted = dice.choice([0.0, 0.4])
            studio.sandbox.world.revision += 1
        latest = studio.capture(options)
        assert latest.base_no is not None
    assert_like_a_full_sweep(studio, latest)


def _anything(studio: Studio, dice: random.Random) -> None:
    edit, pages, rows = studio.sandbox.edit, plain_pages(studio), rows_of(studio)
    page, row = dice.choice(pages), dice.choice(rows)
    either = dice.choice([page, row])
    match dice.randrange(9):
        case 0:
            edit.append_paragraph(either.id, f"Word {dice.random()}", at_start=dice.random() < 0.5)
        case 1:
            edit.rename(row.id, f"Name {dice.random()}")
        case 2:
            edit.create_page(either.id, f"New {dice.random()}", "Words.")
        case 3 if row.data_source is not None:
            edit.create_page(row.data_source.id, f"New row {dice.random()}", "Words.")
        case 4:
            edit.trash(either.id)
        case 5:
            trashed = sorted(each.id for each in studio.sandbox.world.pages.values() if each.in_trash)
            edit.restore(dice.choice(trashed)) if trashed else None
        case 6:
            free = [each for each in pages if not each.children and each is not page]
            if free:
                edit.move(dice.choice(free).id, page.id)
        case 7:
            edit.move(row.id, page.id)
        case 8:
            edit.comment(either.id, "Look here.")
            edit.append_paragraph(either.id, "Looked.")


def test_nothing_is_left_of_the_gaps_of_a_page_that_lost_them(studio: Studio) -> None:
    studio.capture()
    gap = Unmet.objects.filter(reason="external_file").first()
    assert gap is not None
    studio.sandbox.edit.trash(str(gap.parent))
    second = studio.capture()
    assert not Unmet.objects.filter(snapshot=second, object=gap.object, parent=gap.parent).exists()
    assert_like_a_full_sweep(studio, second)
