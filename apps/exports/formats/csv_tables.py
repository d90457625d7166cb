"""A data source as a table (RFC 4180): a line of names, a line for each row, read and written piece by piece."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any

from apps.exports.book import Book
from apps.exports.formats.base import File, Loss
from apps.exports.formats.csv_cells import Cells
from apps.exports.ledger import Entry
from apps.exports.references import References
from apps.notion.markdown.tables import column_names
from apps.notion.model import Json
from apps.snapshots.models import Kind

EXTENSION = ".csv"
MARK = "\ufeff"
DELIMITERS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}
FACTS: Mapping[str, str] = {
    "notion:id": "id",
    "notion:url": "url",
    "notion:created_time": "created_time",
    "notion:last_edited_time": "last_edited_time",
}
"""The columns that every table ends with, whatever its properties: the same names as in Notion's API."""
FEW = 200
"""Rows up to which a file is made in memory."""
PIECE = 1 << 16


class Table:
    """One data source. ``losses`` is to be asked for when the file has been written."""

    def __init__(self, book: Book, source: Entry, options: Mapping[str, Any]) -> None:
        self._book = book
        self._source = source
        self._options = options
        self._path = f"{book.ledger.place(source)}{EXTENSION}"
        references = References(book.ledger, self._path, extension=EXTENSION, attachments=options["attachments"])
        self._cells = Cells(references, relations=options["relations"], guard=options["formulas"] == "guarded")
        self._pictures = 0

    def file(self) -> File:
        pieces = self._pieces()
        few = self._book.ledger.count_children(self._source.id, Kind.ROW) <= FEW
        return File(self._path, b"".join(pieces) if few else pieces)

    def losses(self) -> Iterator[Loss]:
        yield Loss(
            "schemas", 1, "A table names its columns; their types, options, formulas and relations are not in it."
        )
        cells = self._cells
        yield Loss("formatted cells", cells.styled, "Bold, links, mentions and other formatting are not in plain text.")
        yield Loss("icons and covers", self._pictures, "A table has no place for the icon and the cover of a row.")
        yield Loss("cut relations", cells.cut, "The snapshot holds only the first references of these cells.")
        yield Loss("unreadable cells", cells.unreadable, "Their shape is not known; they are written as JSON.")
        yield Loss(
            "guarded cells",
            cells.guarded,
            "They begin like a formula, so they have an apostrophe before them that Notion does not.",
        )

    def _pieces(self) -> Iterator[bytes]:
        buffer = StringIO(newline="")
        if self._options["byte_order_mark"]:
            buffer.write(MARK)
        writer = csv.writer(buffer, delimiter=DELIMITERS[self._options["delimiter"]], lineterminator="\r\n")
        for line in self._lines():
            writer.writerow(line)
            if buffer.tell() >= PIECE:
                yield _taken(buffer)
        yield _taken(buffer)

    def _lines(self) -> Iterator[Iterable[str]]:
        schema = self._book.raw(self._source)
        columns = column_names(schema)
        yield [*map(self._cells.guarded_text, columns), *FACTS]
        for _, row in self._book.raws(self._book.ledger.children(self._source.id, Kind.ROW)):
            self._pictures += bool(row.get("icon")) + bool(row.get("cover"))
            values: Json = row.get("properties") or {}
            yield [
                *(self._cells.cell(values.get(name)) for name in columns),
                *(row.get(key) or "" for key in FACTS.values()),
            ]


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", errors="replace")
