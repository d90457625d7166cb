"""Choosing pages of a snapshot, a few at a time: by their titles, or by going down the tree. Needs no JavaScript.

Each button that goes on posts the whole form, so that nothing that was filled in or ticked is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.core.errors import Invalid
from apps.exports.selectors import chosen_entries
from apps.snapshots.models import Snapshot
from apps.snapshots.selectors import tree
from apps.snapshots.selectors.tree import Entry

SHOWN = 50
LONGEST = 120
TOP = "top"


@dataclass(frozen=True, slots=True)
class Where:
    """What is looked at: a search for ``words``, or what lies in ``inside`` (None: at the top) from ``after`` on."""

    words: str = ""
    inside: UUID | None = None
    after: str = ""

    @classmethod
    def read(cls, given: str, words: str) -> "Where":
        """From the value of the button that was pressed: ``find``, or a place and where to go on, ``top 50``.

        Raises :class:`Invalid`.
        """
        if given == "find":
            return cls(words=words.strip()[:LONGEST])
        place, _, after = given.partition(" ")
        try:
            return cls(inside=None if place in ("", TOP) else UUID(place), after=after)
        except ValueError as error:
            raise Invalid("The address names a page by something that is no id.") from error


@dataclass(frozen=True, slots=True)
class Pick:
    """What the page offers. ``chosen`` are ticked already, and not among ``entries``; ``gone`` are ids that were chosen
    and that this snapshot does not hold. ``way`` leads from the top to ``inside``; ``next`` is the button's value that
    goes on; ``hidden`` counts what a search found and does not show.
    """

    where: Where
    chosen: list[Entry]
    gone: list[str]
    entries: list[Entry]
    way: list[Entry]
    next: str
    hidden: int

    @property
    def inside(self) -> Entry | None:
        return self.way[-1] if self.way else None


def pick(snapshot: Snapshot, pages: Sequence[str], where: Where) -> Pick:
    """Raises :class:`Invalid` for a place to go on that no page gave."""
    chosen = chosen_entries(snapshot, pages)
    ticked = {entry.id for entry in chosen}
    if where.words:
        found = tree.search(snapshot, where.words, SHOWN)
    elif where.inside:
        found = tree.children(snapshot, where.inside, where.after, SHOWN)
    else:
        found = tree.roots(snapshot, where.after, SHOWN)
    place = str(where.inside or TOP)
    return Pick(
        where=where,
        chosen=chosen,
        gone=sorted(set(pages) - {str(one) for one in ticked}),
        entries=[entry for entry in found.entries if entry.id not in ticked],
        way=_way(snapshot, where.inside),
        next=f"{place} {found.next}" if found.next else "",
        hidden=found.total - len(found.entries) if where.words else 0,
    )


def _way(snapshot: Snapshot, inside: UUID | None) -> list[Entry]:
    return [*tree.ancestors(snapshot, inside), *chosen_entries(snapshot, [str(inside)])] if inside else []
