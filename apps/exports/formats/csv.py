"""CSV: one table for each data source, for spreadsheets and programs. It is no backup, and its manifest says so.

The title comes first, the other properties by name (Notion's API knows no order of them), then the columns of
:data:`~apps.exports.formats.csv_tables.FACTS`. A table lies where the data source does; a database has a folder with a
table for each of its data sources, even if that is one, so that a second one renames nothing.
"""

from collections.abc import Iterable, Mapping

from apps.exports.book import Book
from apps.exports.formats.base import (
    ATTACHMENTS,
    Choice,
    File,
    Loss,
    Option,
    Options,
    Outcome,
    Skipped,
    Within,
    Written,
)
from apps.exports.formats.csv_tables import EXTENSION, Table
from apps.exports.formats.outcomes import stored_file
from apps.exports.ledger import Entry
from apps.exports.reasons import NotWritten
from apps.snapshots.models import Kind

OUTSIDE: Mapping[str, str] = {
    Kind.PAGE: "It lies in no data source, so there is no table for it.",
    Kind.DATABASE: "Its data sources are tables; its own title, description and views are not in them.",
    Kind.TEMPLATE: "New rows begin like this; it is no row itself.",
    Kind.VIEW: "A table has all rows and columns of its data source, and no views.",
    Kind.DISCUSSION: "A table has no place for comments.",
    Kind.BLOCK_DISCUSSION: "A table has no place for comments.",
    Kind.USER: "Names stand where people are mentioned; the JSON export holds the people themselves.",
    Kind.CUSTOM_EMOJI: "A table has no place for emojis.",
    Kind.FILE_UPLOAD: "Notion gives no address for uploads; the JSON export holds what it tells of them.",
}
README = """\
# {workspace}, snapshot {number}, as tables

Each data source is one CSV file: UTF-8, a line of names, a line for each row. **This is no backup.** The content of
rows, pages outside of data sources, comments, views and formatting are not in it; `manifest.json` counts them under
`skipped` and `lost`. A JSON export of the same snapshot holds everything.
"""


class CsvFormat:
    key = "csv"
    label = "CSV"
    summary = (
        "A table for each data source: for spreadsheets and programs. Page content, comments and views are left out."
    )
    version = 1
    options = (
        ATTACHMENTS,
        Option(
            "delimiter",
            "Between columns",
            "Excel expects a semicolon where the comma is the decimal sign.",
            "comma",
            (Choice("comma", "Comma"), Choice("semicolon", "Semicolon"), Choice("tab", "Tab")),
        ),
        Option("byte_order_mark", "Byte order mark", "Without it Excel misreads letters beyond ASCII.", default=False),
        Option(
            "formulas",
            "Cells that begin like a formula",
            "A spreadsheet runs what begins with =, +, - or @. The apostrophe makes it text.",
            "guarded",
            (Choice("guarded", "Put an apostrophe before them"), Choice("unchanged", "Leave them: programs read it")),
        ),
        Option(
            "relations",
            "Related rows",
            "What stands for a row in another row.",
            "titles",
            (Choice("titles", "Titles"), Choice("ids", "Ids")),
        ),
    )

    def writer(self, book: Book, options: Options) -> "CsvWriter":
        return CsvWriter(book, options)


class CsvWriter:
    def __init__(self, book: Book, options: Options) -> None:
        self._book = book
        self._options = options

    def write(self, entry: Entry) -> Outcome:
        match entry.kind:
            case Kind.DATA_SOURCE:
                table = Table(self._book, entry, self._options)
                return Written([table.file()], losses=table.losses())
            case Kind.ROW:
                return self._row(entry)
            case Kind.FILE:
                return stored_file(self._book.ledger, entry, wanted=self._options["attachments"], shown_by="table")
            case Kind.DATABASE if not self._book.ledger.count_children(entry.id, Kind.DATA_SOURCE):
                return Skipped("Its rows are not in the snapshot, so there is no table for it.")
        return Skipped(OUTSIDE.get(entry.kind, "CSV has no place for this kind of object; the JSON export holds it."))

    def closing(self) -> Iterable[File]:
        snapshot = self._book.snapshot
        yield File("README.md", README.format(workspace=snapshot.workspace.name, number=snapshot.number).encode())

    def _row(self, entry: Entry) -> Outcome:
        source = self._book.ledger.object(entry.parent) if entry.parent else None
        if source is None:
            return Skipped("Its data source is not in the snapshot, so there is no table for it.")
        if not source.chosen:
            return Skipped("Its data source was not chosen, so there is no table for it.")
        if not self._book.ledger.has_file(f"{self._book.ledger.place(source)}{EXTENSION}"):
            raise NotWritten("holder_failed")
        return Within([Loss("blocks", entry.lines, "A table has no place for the content of rows.")])


FORMAT = CsvFormat()
