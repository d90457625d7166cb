"""Changes as a list shows them: with where the object lies and what it was before."""

from dataclasses import dataclass
from uuid import UUID

from apps.snapshots.compare.changes import Changed, partners
from apps.snapshots.compare.marks import Mark, marks_of
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.places import places


@dataclass(frozen=True, slots=True)
class Entry:
    """``place_before`` and ``title_before`` are empty unless the object was moved or renamed."""

    change: Changed
    place: str
    place_before: str = ""
    title_before: str = ""
    parent_before: UUID | None = None
    lines_before: int | None = None

    @property
    def marks(self) -> list[Mark]:
        return marks_of(self.change.weight)


def entries(pair: Pair, found: list[Changed]) -> list[Entry]:
    """A handful of queries, however many there are."""
    in_both = [change.object for change in found if change.weight < Mark.REMOVED]
    rows = partners(pair, in_both).values_list("object", "title", "parent", "lines") if in_both else ()
    before = {object_id: (title, parent, lines) for object_id, title, parent, lines in rows}
    here = places(pair.after, [change.parent for change in found if not change.is_removed])
    moved_from = [
        before[change.object][1] for change in found if change.weight & Mark.MOVED and change.object in before
    ]
    there = places(pair.before, [*moved_from, *(change.parent for change in found if change.is_removed)])
    return [_entry(change, before.get(change.object), here, there) for change in found]


def _entry(
    change: Changed, before: tuple[str, UUID | None, int] | None, here: dict[UUID, str], there: dict[UUID, str]
) -> Entry:
    known = there if change.is_removed else here
    place = known.get(change.parent, "") if change.parent else ""
    if before is None:
        return Entry(change, place)
    title, parent, lines = before
    moved, renamed = change.weight & Mark.MOVED, change.weight & Mark.RENAMED
    return Entry(
        change,
        place,
        place_before=there.get(parent, "") if moved and parent else "",
        title_before=title if renamed else "",
        parent_before=parent,
        lines_before=lines,
    )
