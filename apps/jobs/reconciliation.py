"""Counts that must close: seen = done + skipped + capped + failed, for every kind of object."""

from collections.abc import Mapping
from dataclasses import dataclass

COLUMNS = ("seen", "done", "skipped", "capped", "failed")
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one kind; ``left`` is what was seen and has no outcome yet."""

    kind: str
    seen: int = 0
    done: int = 0
    skipped: int = 0
    capped: int = 0
    failed: int = 0

    @property
    def left(self) -> int:
        return self.seen - self.done - self.skipped - self.capped - self.failed


@dataclass(frozen=True, slots=True)
class Reconciliation:
    rows: tuple[Row, ...]
    total: Row

    @property
    def closes(self) -> bool:
        """Whether every object that was seen has exactly one outcome."""
        return all(row.left == 0 for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether it closes and nothing is missing."""
        return self.closes and self.total.failed == 0 and self.total.capped == 0

    @property
    def unmet(self) -> int:
        """Objects that are not there, or not wholly."""
        return self.total.seen - self.total.done - self.total.skipped


def shortfall(unmet: int, seen: int) -> str:
    """What is not there, or not wholly, in words: ``"1 of 433 objects is missing or cut"``."""
    return f"{unmet:,} of {seen:,} objects {'is' if unmet == 1 else 'are'} missing or cut"


def reconciliation(counts: Counts) -> Reconciliation:
    """Rows in the order in which the job wrote its kinds. Raises ``TypeError`` for an unknown column."""
    rows = tuple(Row(kind=kind, **columns) for kind, columns in counts.items())
    total = Row("all", **{name: sum(getattr(row, name) for row in rows) for name in COLUMNS})
    return Reconciliation(rows, total)
