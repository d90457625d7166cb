"""A database as Markdown: its description, a table of rows for each of its data sources, its views."""

from collections.abc import Iterator

from apps.exports.book import Book
from apps.exports.fileset import Content
from apps.exports.formats.base import File
from apps.exports.formats.markdown_pages import EXTENSION, head
from apps.exports.frontmatter import front_matter
from apps.exports.ledger import Entry
from apps.exports.references import References, path_of
from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.lowering import Lowering
from apps.notion.markdown import render_markdown
from apps.notion.markdown.tables import (
    column_names,
    write_description,
    write_head,
    write_heading,
    write_row,
    write_view,
)
from apps.notion.model import Json
from apps.snapshots.models import Kind

FEW = 200
"""Rows up to which a file is made in memory."""


class DatabaseWriter:
    """Writes databases, and data sources whose database is not in the snapshot."""

    def __init__(self, book: Book, *, attachments: bool) -> None:
        self._book = book
        self._attachments = attachments

    def file(self, entry: Entry) -> File:
        ledger = self._book.ledger
        path = path_of(ledger, entry, EXTENSION)
        references = References(ledger, path, extension=EXTENSION, attachments=self._attachments)
        sources = [entry] if entry.kind == Kind.DATA_SOURCE else list(ledger.children(entry.id, Kind.DATA_SOURCE))
        pieces = (piece.encode() for piece in self._text(entry, sources, references))
        few = sum(ledger.count_children(source.id, Kind.ROW) for source in sources) <= FEW
        content: Content = b"".join(pieces) if few else pieces
        return File(path, content)

    def _text(self, entry: Entry, sources: list[Entry], references: References) -> Iterator[str]:
        raw = self._book.raw(entry)
        document = build_document(raw, (), context=references)
        yield front_matter({name: value for name, value in head(raw, document).items() if value is not None})
        yield f"\n{render_markdown(nodes.Document(id='', title=document.title)) or '# Untitled'}"
        said = _description(raw, references)
        yield said
        if not sources:
            yield "\nThe rows of this database are not in the snapshot.\n"
        for source in sources:
            schema = self._book.raw(source)
            if len(sources) > 1:
                yield f"\n{write_heading(2, source.title)}\n"
            if (more := _description(schema, references)) != said:
                yield more
            yield from self._table(source, schema, references)
        yield from self._views([entry, *(source for source in sources if source is not entry)])

    def _table(self, source: Entry, schema: Json, references: References) -> Iterator[str]:
        columns = column_names(schema)
        yield f"\n{write_head(columns)}"
        lowering = Lowering(references)
        for row, raw in self._book.raws(self._book.ledger.children(source.id, Kind.ROW)):
            yield write_row(columns, _title(row, references), raw.get("properties") or {}, lowering)

    def _views(self, holders: list[Entry]) -> Iterator[str]:
        views = [view for holder in holders for view in self._book.ledger.children(holder.id, Kind.VIEW)]
        if views:
            yield "\n## Views\n\n"
        for view, raw in self._book.raws(views):
            yield write_view(view.title, str(raw.get("type") or ""))


def _description(raw: Json, references: References) -> str:
    said = write_description(raw, references)
    return f"\n{said}\n" if said else ""


def _title(row: Entry, references: References) -> nodes.Text:
    link = references.link(row.id)
    return nodes.Text(row.title or "Untitled", href=nodes.Href(link.href, trusted=True) if link else None)
