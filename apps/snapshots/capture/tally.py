"""The counts of a capture, kind by kind: seen = done + skipped + capped + failed + what is left."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.snapshots.models import Kind, NodeKind, NodeState

LISTINGS = "listings"
BLOCKS = "unreadable blocks"
COLUMNS = ("seen", "done", "skipped", "capped", "failed")
ORDER = (*dict.fromkeys(str(kind.label) for kind in Kind), BLOCKS, LISTINGS)
"""Kinds in the order in which they are shown."""

_ENDED = {
    NodeState.DONE: "done",
    NodeState.SKIPPED: "skipped",
    NodeState.CAPPED: "capped",
    NodeState.FAILED: "failed",
}
_UNSEEN = (NodeState.HINTED, NodeState.OUTSIDE)
_LISTING_KINDS = frozenset(NodeKind.values)


def word_of(kind: str) -> str:
    """Under which word nodes of a kind are counted."""
    return LISTINGS if kind in _LISTING_KINDS else str(Kind(kind).label)


class Tally:
    """Counts that follow nodes from state to state. A listing counts only when it ended badly."""

    def __init__(self, counts: Mapping[str, Mapping[str, int]] | None = None) -> None:
        self._rows = {kind: {name: row.get(name, 0) for name in COLUMNS} for kind, row in (counts or {}).items()}

    @classmethod
    def of(cls, groups: Iterable[tuple[str, str, int]], unreadable_blocks: int) -> "Tally":
        """From ``(kind, state, weight)`` sums of nodes."""
        tally = cls()
        for kind, state, weight in groups:
            tally.add(kind, state, weight)
        if unreadable_blocks:
            tally.skip_blocks(unreadable_blocks)
        return tally

    def copy(self) -> "Tally":
        return Tally(self._rows)

    def add(self, kind: str, state: str, weight: int = 1) -> None:
        """Count nodes of one kind in one state; a negative weight takes them out again."""
        ended = _ENDED.get(NodeState(state))
        if state in _UNSEEN or (kind in _LISTING_KINDS and ended in (None, "done")):
            return
        row = self._rows.setdefault(word_of(kind), dict.fromkeys(COLUMNS, 0))
        row["seen"] += weight
        if ended:
            row[ended] += weight

    def move(self, before: tuple[str, str, int], after: tuple[str, str, int]) -> None:
        """A node of ``(kind, state, weight)`` has become another."""
        kind, state, weight = before
        self.add(kind, state, -weight)
        self.add(*after)

    def skip_blocks(self, count: int) -> None:
        row = self._rows.setdefault(BLOCKS, dict.fromkeys(COLUMNS, 0))
        row["seen"] += count
        row["skipped"] += count

    def counts(self) -> dict[str, dict[str, int]]:
        """As they are stored and shown; kinds of which nothing was seen are left out."""
        return {kind: dict(self._rows[kind]) for kind in ORDER if self._rows.get(kind, {}).get("seen")}

    def seen(self, *kinds: Kind) -> int:
        return sum(self._rows.get(str(kind.label), {}).get("seen", 0) for kind in kinds)

    def left(self, kind: Kind) -> int:
        row = self._rows.get(str(kind.label))
        return row["seen"] - sum(row[name] for name in COLUMNS[1:]) if row else 0

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Tally) and self.counts() == other.counts()

    __hash__ = None  # type: ignore[assignment]
