"""What people do between two captures is what the comparison of the two snapshots tells, and nothing else."""

from uuid import UUID

import pytest

from apps.core.errors import NotFound
from apps.sandbox.world.objects import Block, DataSource, Page
from apps.snapshots.capture.options import Options
from apps.snapshots.compare import changes, quiet
from apps.snapshots.compare.below import below
from apps.snapshots.compare.blocks import BlockChange, block_change
from apps.snapshots.compare.changes import Filters
from apps.snapshots.compare.marks import Mark, words_of
from apps.snapshots.compare.objects import Contexts, Difference, difference
from apps.snapshots.compare.pair import Pair, pair_of, previous, usual
from apps.snapshots.compare.survey import survey
from apps.snapshots.models import Kind, Snapshot
from tests.snapshots.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True)


SWEEP = Options(mode="full")
"""Edits within a minute of each other have the same time, so only a full sweep is sure to see them."""
TALK = Options(mode="full", comments="blocks")
EVERY = Filters()


def home_of(studio: Studio) -> Page:
    pages = [page for page in studio.sandbox.world.pages.values() if not page.in_trash and page.data_source is None]
    return next(page for page in pages if page.parent is None and len(page.children) > 2)


def largest_table(studio: Studio) -> DataSource:
    return max(studio.sandbox.world.data_sources.values(), key=lambda source: len(source.rows))


def blocks_in(studio: Studio, page: str) -> list[Block]:
    return studio.sandbox.world.pin(studio.sandbox.world.pages[page]).blocks


def told(pair: Pair, filters: Filters = EVERY) -> dict[str, list[str]]:
    """The marks of each changed object, files and people left out: their addresses are the sandbox's affair."""
    found = quiet.refined(pair, list(changes.every(pair, filters)))
    return {str(one.object): words_of(one.weight) for one in found if one.kind not in (Kind.FILE, Kind.USER)}


def blocks_of(found: Difference) -> list[BlockChange]:
    return [block_change(found.page, step) for step in found.page.steps if step.marks]


def said(change: BlockChange) -> str:
    """The words of a block after."""
    return "".join(piece.text for piece in change.pieces if piece.op != "removed")


def test_nothing_happened(studio: Studio) -> None:
    pair = Pair(studio.capture(SWEEP), studio.capture(SWEEP))
    assert told(pair) == {}
    assert changes.counts(pair) == {}
    assert survey(pair, Filters()).found == []


def test_each_kind_of_change_is_found_and_reversed(studio: Studio) -> None:
    home, edit = home_of(studio), studio.sandbox.edit
    kept = edit.create_page(home.id, "Kept", "The first line.", "The second line.", "The third line.")
    renamed = edit.create_page(home.id, "Old name", "Words.")
    moved = edit.create_page(home.id, "Mover", "Words.")
    gone = edit.create_page(home.id, "Going", "Words.")
    both = edit.create_page(home.id, "Both", "Words.")
    first = studio.capture(SWEEP)
    edit.rewrite(blocks_in(studio, kept)[1].id, "The second sentence.")
    edit.rename(renamed, "New name")
    edit.move(moved, kept)
    edit.trash(gone)
    edit.rename(both, "Both at once")
    edit.append_paragraph(both, "More words.")
    new = edit.create_page(home.id, "Born", "Hello.")
    second = studio.capture(SWEEP)
    assert told(Pair(first, second)) == {
        new: ["added"],
        gone: ["removed"],
        moved: ["moved"],
        renamed: ["renamed"],
        both: ["renamed", "changed"],
        kept: ["changed"],
        home.id: ["changed"],
    }
    assert told(Pair(second, first)) == {
        new: ["removed"],
        gone: ["added"],
        moved: ["moved"],
        renamed: ["renamed"],
        both: ["renamed", "changed"],
        kept: ["changed"],
        home.id: ["changed"],
    }
    page = difference(Pair(first, second), UUID(kept))
    changed, added = blocks_of(page)
    assert [(piece.op, piece.text) for piece in changed.pieces] == [
        ("same", "The second "),
        ("removed", "line"),
        ("added", "sentence"),
        ("same", "."),
    ]
    assert (added.type, added.marks, said(added)) == ("child_page", ["added"], "Mover")
    assert page.page.counts.same == 2
    moving = difference(Pair(first, second), UUID(moved))
    assert moving.before is not None
    assert moving.after is not None
    assert (moving.before.parent, moving.after.parent) == (UUID(home.id), UUID(kept))
    assert moving.page.counts.different == 0
    naming = difference(Pair(first, second), UUID(renamed))
    assert [(one.name, one.before, one.after) for one in naming.properties] == [("title", "Old name", "New name")]
    assert naming.fields == []
    gone_page = difference(Pair(first, second), UUID(gone))
    assert (gone_page.after, [said(one) for one in blocks_of(gone_page)]) == (None, [""])
    assert gone_page.page.counts.removed == 1


def test_blocks_that_are_moved_removed_and_set_up_differently(studio: Studio) -> None:
    edit = studio.sandbox.edit
    page = edit.create_page(home_of(studio).id, "List", *(f"Line {number}." for number in range(1, 10)))
    block = edit.append_block(page, "to_do", {"rich_text": [], "checked": False, "color": "default"})
    first = studio.capture(SWEEP)
    lines = blocks_in(studio, page)
    last = lines.pop(8)
    lines.insert(3, last)
    edit.trash(lines[6].id)
    studio.write("PATCH", f"blocks/{block}", {"to_do": {"checked": True, "color": "red"}})
    hologram = edit.append_block(page, "hologram", {"angle": 3})
    second = studio.capture(SWEEP)
    hologram_block = next(one for one in blocks_in(studio, page) if one.id == hologram)
    hologram_block.payload, hologram_block.serialised = {"angle": 4}, None
    edit.append_paragraph(page, "The end.")
    third = studio.capture(SWEEP)
    found = difference(Pair(first, second), UUID(page))
    by_mark = {one.marks[0]: one for one in blocks_of(found)}
    assert found.page.counts.moved == found.page.counts.removed == 1
    assert (said(by_mark["moved"]), by_mark["moved"].place_before, by_mark["moved"].place_after) == ("Line 9.", 9, 4)
    assert [(one.name, one.before, one.after) for one in by_mark["changed"].fields] == [
        ("checked", "no", "yes"),
        ("color", "default", "red"),
    ]
    assert by_mark["added"].type == "hologram"
    unknown = next(one for one in blocks_of(difference(Pair(second, third), UUID(page))) if one.id == hologram)
    assert [(one.name, one.before, one.after) for one in unknown.fields] == [("angle", "3", "4")]


def test_values_columns_and_rows(studio: Studio) -> None:
    table = largest_table(studio)
    row = next(one for one in table.rows if not one.in_trash)
    counted = next(prop.name for prop in table.properties.values() if prop.type == "number")
    select = next(prop.name for prop in table.properties.values() if prop.type in ("select", "status"))
    first = studio.capture(SWEEP)
    studio.write("PATCH", f"pages/{row.id}", {"properties": {counted: {"number": 4211}}})
    studio.write("PATCH", f"pages/{row.id}", {"icon": {"type": "emoji", "emoji": "🌊"}})
    second = studio.capture(SWEEP)
    body = {"properties": {"Depth": {"number": {"format": "number"}}, counted: {"name": "Counted"}}}
    studio.write("PATCH", f"data_sources/{table.id}", body)
    third = studio.capture(SWEEP)
    found = difference(Pair(first, second), UUID(row.id))
    value = next(one for one in found.properties if one.name == counted)
    assert value.change == "changed"
    assert value.after is not None
    assert "4211" in value.after.replace(",", "")
    assert [(one.name, one.after) for one in found.fields] == [("icon", "🌊")]
    assert told(Pair(first, second), Filters(parent=UUID(table.id)))[row.id] == ["changed"]
    columns = difference(Pair(second, third), UUID(table.id)).columns
    assert [(one.marks, one.before, one.after) for one in columns if "added" in one.marks] == [
        (["added"], "", "Depth (number)")
    ]
    renamed = next(one for one in columns if "renamed" in one.marks)
    assert (renamed.before, renamed.after) == (f"{counted} (number)", "Counted (number)")
    of_row = difference(Pair(second, third), UUID(row.id)).properties
    assert ("renamed", counted, "Counted") in [(one.change, one.before, one.after) for one in of_row]
    assert select not in [one.name for one in of_row]
    under = below(Pair(first, second), UUID(table.id), Contexts(Pair(first, second)))
    child = next(one for one in under.entries if one.change.object == UUID(row.id))
    assert counted in [one.name for one in child.properties]


def test_comments_are_told_one_by_one(studio: Studio) -> None:
    home, edit = home_of(studio), studio.sandbox.edit
    edit.comment(home.id, "First things first.")
    first = studio.capture(TALK)
    edit.comment(home.id, "And then the rest.")
    second = studio.capture(TALK)
    pair = Pair(first, second)
    talk = [one for one in changes.every(pair) if one.kind == Kind.DISCUSSION]
    assert len(talk) == 1
    found = difference(pair, talk[0].object)
    assert [(one.marks, said(one)) for one in blocks_of(found)] == [(["added"], "And then the rest.")]


def test_an_edit_that_was_taken_back_is_said_to_be_one(studio: Studio) -> None:
    edit = studio.sandbox.edit
    page = edit.create_page(home_of(studio).id, "Back and forth", "Words.")
    first = studio.capture(SWEEP)
    edit.rewrite(blocks_in(studio, page)[0].id, "Other words.")
    edit.rewrite(blocks_in(studio, page)[0].id, "Words.")
    studio.sandbox.world.pages[page].edited += 60
    second = studio.capture(SWEEP)
    found = difference(Pair(first, second), UUID(page))
    assert found.weight == Mark.CHANGED
    assert found.is_only_touched


def test_pairs_are_of_one_workspace_and_say_what_they_lack(studio: Studio) -> None:
    first, second = studio.capture(SWEEP), studio.capture(TALK)
    assert pair_of(second, first.public_id) == Pair(first, second)
    assert previous(second) == first
    assert previous(first) is None
    assert usual(first) == Pair(first, second)
    with pytest.raises(NotFound):
        pair_of(second, "snp_of_nobody")
    assert [(one.code, one.number) for one in Pair(first, second).caveats()] == [("coverage", 1)]
    assert Pair(first, second).incomplete == []
    Snapshot.objects.filter(pk=first.pk).update(state="incomplete")
    first.refresh_from_db()
    assert Pair(first, second).incomplete == [1]
    assert Pair(second, first).caveats()[0].code == "incomplete"
    with pytest.raises(NotFound):
        difference(Pair(first, second), UUID(int=7))
