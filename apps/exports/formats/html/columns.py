"""The columns of data sources: what they are called, in which order they stand, how their numbers are written."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from apps.exports.book import Book
from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Json
from apps.notion.number_formats import Formats, formatted_line
from apps.notion.properties import parse_property
from apps.notion.refusals import Unreadable
from apps.snapshots.rows import number_formats

KNOWN = 200
"""Data sources whose columns are kept at hand."""
NUMERIC = frozenset({"number", "unique_id"})
UNREADABLE = (nodes.Text("(unreadable; the JSON export holds it)"),)


@dataclass(frozen=True, slots=True)
class Columns:
    """``properties`` are those of the schema but for the title, by name; ``title`` is what that one is called."""

    title: str = "Name"
    properties: tuple[Json, ...] = ()
    formats: Formats = field(default_factory=dict)

    def is_number(self, column: Json) -> bool:
        return column.get("type") in NUMERIC or str(column.get("id")) in self.formats

    def lines(self, row: Json, lowering: Lowering) -> Iterator[nodes.Line]:
        """The values of a row in the order of the columns, found by id, because names may change."""
        values = {raw.get("id"): raw for raw in (row.get("properties") or {}).values()}
        for column in self.properties:
            yield self._line(values.get(column.get("id")), lowering)

    def _line(self, raw: Json | None, lowering: Lowering) -> nodes.Line:
        if raw is None:
            return ()
        try:
            value = parse_property(raw)
        except Unreadable:
            return UNREADABLE
        return formatted_line(value, lowering, self.formats.get(str(value.id)))


class Schemas:
    """Reads the columns of a data source once for all of its rows."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[str, Columns] = {}

    def columns(self, source_id: str) -> Columns:
        """Those of a data source that is not in the snapshot are none."""
        if source_id not in self._known:
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[source_id] = self._read(source_id)
        return self._known[source_id]

    def _read(self, source_id: str) -> Columns:
        source = self._book.ledger.object(source_id)
        schema: Json = (self._book.raw(source).get("properties") or {}) if source else {}
        ordered = sorted(schema.values(), key=lambda column: str(column.get("name")))
        titles = [str(column.get("name")) for column in ordered if column.get("type") == "title"]
        return Columns(
            titles[0] if titles else "Name",
            tuple(column for column in ordered if column.get("type") != "title"),
            number_formats(self._book.snapshot, schema),
        )
