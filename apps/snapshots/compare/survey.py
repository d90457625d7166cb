"""All changes between two snapshots at once: counted, and in the order of a reader. Its cost follows their number."""

from collections import Counter
from dataclasses import dataclass

from apps.snapshots.compare import changes
from apps.snapshots.compare.changes import Changed, Filters
from apps.snapshots.compare.marks import Mark, weights_with
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.quiet import is_uncertain, refined

MOST = 10_000
"""Changes that are held at once; of more than that only the first are listed."""
OPENED = 500
"""Moved and renamed objects that are opened to see which of them changed as well."""


@dataclass(frozen=True, slots=True)
class Survey:
    """``counts`` of all objects that changed, by weight and kind. ``found`` are those that pass the filters.

    ``is_cut``: these are only the first. ``is_exact``: objects that were only moved or renamed do not count as changed.
    """

    counts: dict[tuple[int, str], int]
    found: list[Changed]
    is_exact: bool
    is_cut: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def marked(self, mark: Mark, kind: str = "") -> int:
        """How many objects, of one kind or of all, have the mark."""
        wanted = weights_with(mark)
        return sum(n for (weight, of), n in self.counts.items() if weight in wanted and (not kind or of == kind))

    def of_kind(self, kind: str) -> int:
        return sum(count for (_, of), count in self.counts.items() if of == kind)

    def passing(self, filters: Filters) -> int:
        """How many objects pass, listed or not."""
        if filters.mark is not None:
            return self.marked(filters.mark, filters.kind)
        return self.of_kind(filters.kind) if filters.kind else self.total


def survey(pair: Pair, filters: Filters, most: int = MOST) -> Survey:
    """``counts`` are not narrowed by the mark and the kind of ``filters``, so that others can be chosen."""
    wide = Filters(parent=filters.parent, words=filters.words)
    found = changes.first(pair, wide, most + 1)
    if len(found) > most:
        return Survey(changes.counts(pair, wide), _ordered(changes.first(pair, filters, most)), False, True)
    is_exact = sum(map(is_uncertain, found)) <= OPENED
    if is_exact:
        found = refined(pair, found)
    counts = Counter((change.weight, change.kind) for change in found)
    return Survey(counts, _ordered([change for change in found if _passes(change, filters)]), is_exact, False)


def _passes(change: Changed, filters: Filters) -> bool:
    if filters.mark is not None and not change.weight & filters.mark:
        return False
    return not filters.kind or change.kind == filters.kind


def _ordered(found: list[Changed]) -> list[Changed]:
    """Added first, then removed, moved, renamed, changed; by title."""
    return sorted(found, key=lambda change: (-change.weight, change.title, change.object.int))
