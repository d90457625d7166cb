"""What became of each object of the snapshot, counted by kind, so that the counts close."""

from collections.abc import Mapping
from typing import Any, Self

from apps.exports.ledger import Entry
from apps.jobs.reconciliation import COLUMNS, Reconciliation, reconciliation
from apps.snapshots.models import Kind

WORDS = {str(kind.value): str(kind.label) for kind in Kind}
"""The words of the reconciliation; several kinds may share one."""


class Tally:
    """Counts by word, and reasons of what was left out on purpose. Small, whatever the workspace's size."""

    def __init__(self, seen: Mapping[str, int]) -> None:
        self._counts: dict[str, dict[str, int]] = {}
        self._reasons: dict[tuple[str, str], int] = {}
        self._losses: dict[tuple[str, str], int] = {}
        for kind in [*(kind for kind in WORDS if kind in seen), *(kind for kind in seen if kind not in WORDS)]:
            row = self._counts.setdefault(WORDS.get(kind, kind), dict.fromkeys(COLUMNS, 0))
            row["seen"] += seen[kind]

    def done(self, entry: Entry) -> None:
        self._add(entry, "done")

    def failed(self, entry: Entry) -> None:
        self._add(entry, "failed")

    def skipped(self, entry: Entry, reason: str) -> None:
        self.left_out(entry.kind, entry.weight, reason)

    def left_out(self, kind: str, weight: int, reason: str) -> None:
        word = WORDS.get(kind, kind)
        self._counts[word]["skipped"] += weight
        self._reasons[word, reason] = self._reasons.get((word, reason), 0) + weight

    def lost(self, what: str, count: int, reason: str) -> None:
        """A part of an object that is in the export is not."""
        if count:
            self._losses[what, reason] = self._losses.get((what, reason), 0) + count

    def _add(self, entry: Entry, column: str) -> None:
        self._counts[WORDS.get(entry.kind, entry.kind)][column] += entry.weight

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """``{kind: {"seen", "done", "skipped", "capped", "failed"}}``; a copy."""
        return {kind: dict(row) for kind, row in self._counts.items()}

    @property
    def reconciliation(self) -> Reconciliation:
        return reconciliation(self._counts)

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why objects were left out, one entry for each kind and reason, sorted."""
        return [
            {"kind": kind, "count": number, "reason": reason}
            for (kind, reason), number in sorted(self._reasons.items())
        ]

    @property
    def losses(self) -> list[dict[str, Any]]:
        """What the format could not carry of the objects that are in the export, sorted."""
        return [
            {"what": what, "count": number, "reason": reason} for (what, reason), number in sorted(self._losses.items())
        ]

    def as_json(self) -> Any:
        return [self._counts, *([[*key, number] for key, number in named.items()] for named in self._named())]

    @classmethod
    def from_json(cls, kept: Any) -> Self:
        tally = cls({})
        tally._counts, *lists = kept
        for named, listed in zip(tally._named(), lists, strict=True):
            named.update({(first, reason): number for first, reason, number in listed})
        return tally

    def _named(self) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
        return self._reasons, self._losses
