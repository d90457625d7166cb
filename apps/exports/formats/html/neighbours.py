"""What lies around an object in the tree: above, beside, below. Never more of it than is shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.exports.ledger import Entry, Ledger
from apps.snapshots.models import Kind

BESIDE = 8
"""Neighbours that are shown on either side."""
BELOW = 30
REMEMBERED = 5_000
Where = tuple[str, str]
"""A condition in SQL and the one value in it."""


@dataclass(frozen=True, slots=True)
class Around:
    """``total`` counts the object and all beside it, ``total_below`` all that lies in it."""

    above: tuple[Entry, ...]
    before: tuple[Entry, ...]
    after: tuple[Entry, ...]
    below: tuple[Entry, ...]
    total: int
    total_below: int


class Neighbours:
    """Asks the ledger's tree, in the order in which it was settled."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, Entry] = {}
        self._counts: dict[Where, int] = {}

    def around(self, entry: Entry) -> Around:
        beside = _beside(entry)
        return Around(
            above=self.above(entry),
            before=tuple(reversed(self._some(beside, BESIDE, entry.seq, before=True))),
            after=tuple(self._some(beside, BESIDE, entry.seq)),
            below=self.below(entry, BELOW),
            total=self._count(beside),
            total_below=self._count(self._below(entry)),
        )

    def above(self, entry: Entry) -> tuple[Entry, ...]:
        """From the top down, without the object; a row's data source is there when its database has several."""
        way: list[Entry] = []
        while entry.home:
            home = self._entry(entry.home)
            if entry.kind == Kind.ROW and entry.parent != entry.home and self.has_several_sources(home):
                way.append(self._entry(entry.parent))
            way.append(home)
            entry = home
        return tuple(reversed(way))

    def below(self, entry: Entry, limit: int) -> tuple[Entry, ...]:
        return tuple(self._some(self._below(entry), limit, -1))

    def count_below(self, entry: Entry) -> int:
        return self._count(self._below(entry))

    def counts(self) -> dict[str, int]:
        """How many objects of each kind there are in the export."""
        return dict(self._ledger.database.execute("SELECT kind, count(*) FROM object WHERE chosen GROUP BY kind"))

    def count_rows(self, table: Entry) -> int:
        """Rows of a database, or of a data source that stands for itself."""
        return self._count((_ROWS_IN_HOME, table.id))

    def count_top(self) -> int:
        return self._count(_TOP)

    def top(self, limit: int) -> list[Entry]:
        return self._some(_TOP, limit, -1)

    def has_several_sources(self, database: Entry) -> bool:
        return self._count((_SOURCES, database.id)) > 1

    def in_order(self) -> Iterator[Entry]:
        """All pages and databases, depth first, and those rows that hold some."""
        turn = -1
        while entries := self._ledger.where(f"{_HOLDING} AND turn > ? ORDER BY turn LIMIT 500", (turn,)):
            yield from (entry for entry in entries if not self._ledger.is_merged(entry))
            turn = entries[-1].turn

    def _below(self, entry: Entry) -> Where:
        """A data source holds its rows; a database with several shows them first."""
        if entry.kind == Kind.DATA_SOURCE:
            return _ROWS, entry.id
        if entry.kind == Kind.DATABASE:
            return (_SOURCES if self.has_several_sources(entry) else _IN_DATABASE), entry.id
        return _IN_HOME, entry.id

    def _some(self, where: Where, limit: int, seq: int, *, before: bool = False) -> list[Entry]:
        condition, value = where
        side = "seq < ? ORDER BY seq DESC" if before else "seq > ? ORDER BY seq"
        return self._ledger.where(f"{condition} AND {side} LIMIT ?", (value, seq, limit))

    def _count(self, where: Where) -> int:
        if where not in self._counts:
            if len(self._counts) > REMEMBERED:
                self._counts.clear()
            condition, value = where
            statement = f"SELECT count(*) FROM object WHERE {condition}"  # noqa: S608
            self._counts[where] = self._ledger.database.execute(statement, (value,)).fetchone()[0]
        return self._counts[where]

    def _entry(self, object_id: str) -> Entry:
        if object_id not in self._known:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            self._known[object_id] = self._ledger.known(object_id)
        return self._known[object_id]


_KINDS = "kind IN ('page', 'row', 'database', 'data_source') AND chosen"
_HOLDING = (
    f"{_KINDS} AND (kind <> 'row' OR EXISTS"  # noqa: S608
    " (SELECT 1 FROM object held WHERE held.home = object.id AND held.chosen AND held.kind IN ('page', 'database')))"
)
_IN_HOME = f"home = ? AND {_KINDS}"
_IN_DATABASE = "home = ? AND kind IN ('page', 'row', 'database') AND chosen"
_ROWS = "parent = ? AND kind = 'row' AND chosen"
_ROWS_IN_HOME = "home = ? AND kind = 'row' AND chosen"
_SOURCES = "parent = ? AND kind = 'data_source' AND chosen"
_TOP = (_IN_HOME, "")


def _beside(entry: Entry) -> Where:
    """A row's neighbours are the rows of its data source, and a data source's those of its database."""
    if entry.home and entry.kind == Kind.ROW:
        return _ROWS, entry.parent
    if entry.home and entry.kind == Kind.DATA_SOURCE:
        return _SOURCES, entry.parent
    return _IN_HOME, entry.home
