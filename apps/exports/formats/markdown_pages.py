"""A page or row as Markdown: front matter, title, links of its properties, content, comments."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.exports.book import Book
from apps.exports.formats.base import File
from apps.exports.frontmatter import Value, front_matter
from apps.exports.ledger import Entry
from apps.exports.outside import with_addresses
from apps.exports.references import References, path_of
from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.markdown import front_matter as property_values
from apps.notion.markdown import render_markdown
from apps.notion.markdown.discussions import write_comment, write_place
from apps.notion.markdown.line import inline
from apps.notion.model import Json
from apps.snapshots.models import Kind

EXTENSION = ".md"


class PageWriter:
    def __init__(self, book: Book, *, attachments: bool, comments: bool) -> None:
        self._book = book
        self._attachments = attachments
        self._comments = comments

    def file(self, entry: Entry) -> File:
        path = path_of(self._book.ledger, entry, EXTENSION)
        references = References(self._book.ledger, path, extension=EXTENSION, attachments=self._attachments)
        return File(path, self._text(entry, references).encode())

    def _text(self, entry: Entry, references: References) -> str:
        page = self._book.raw(entry)
        blocks = list(self._book.lines(entry))
        document = with_addresses(build_document(page, blocks, context=references))
        values = head(page, document) | {"properties": properties(page, references)}
        parts = [
            front_matter({name: value for name, value in values.items() if value not in (None, {})}),
            _title(document),
            _linked(document),
            render_markdown(document, title=False),
        ]
        if self._comments:
            parts.append("\n\n".join(self._discussions(entry, blocks, references)))
        return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"

    def _discussions(self, entry: Entry, blocks: list[Json], references: References) -> Iterator[str]:
        ledger = self._book.ledger
        discussions = [
            *ledger.children(entry.id, Kind.DISCUSSION),
            *ledger.children(entry.id, Kind.BLOCK_DISCUSSION),
        ]
        if discussions:
            yield "## Comments"
        for discussion in discussions:
            block_id = (self._book.raw(discussion).get("parent") or {}).get("block_id")
            if place := write_place(block_id, blocks):
                yield place
            for comment in self._book.lines(discussion):
                yield write_comment(comment, self._name(comment), references)

    def _name(self, comment: Json) -> str:
        shown = comment.get("display_name") or {}
        author = (comment.get("created_by") or {}).get("id", "")
        known = self._book.ledger.object(author) if author else None
        return str(shown.get("resolved_name") or (known.title if known else "") or author or "Somebody")


def head(page: Json, document: nodes.Document) -> dict[str, Value]:
    """What every file says of itself: the same names as in Notion's API."""
    values: dict[str, Value] = {
        "title": nodes.plain(document.title).strip() or "Untitled",
        "id": document.id,
        "url": page.get("url"),
        "created_time": page.get("created_time"),
        "last_edited_time": page.get("last_edited_time"),
    }
    if document.icon:
        values["icon"] = document.icon.src.url if document.icon.src else document.icon.text
    if document.cover:
        values["cover"] = document.cover.url
    if page.get("in_trash"):
        values["in_trash"] = True
    return values


def properties(page: Json, references: References) -> Mapping[str, Any]:
    """Name → plain value, by name, without the title, which stands above already."""
    raw = page.get("properties") or {}
    titles = {name for name, value in raw.items() if value.get("type") == "title"}
    values = property_values(page, context=references)
    return {name: values[name] for name in sorted(values) if name not in titles}


def _title(document: nodes.Document) -> str:
    return render_markdown(nodes.Document(id="", title=document.title)) or "# Untitled"


def _linked(document: nodes.Document) -> str:
    """Properties that lead to other files of the export: front matter can name them, but not link them."""
    shown = (field for field in sorted(document.fields, key=lambda field: field.name) if _leads_on(field.content))
    return "\n".join(f"- **{inline((nodes.Text(field.name),))}:** {inline(field.content)}" for field in shown)


def _leads_on(line: nodes.Line) -> bool:
    return any(isinstance(item, nodes.Text | nodes.Mention) and item.href and item.href.trusted for item in line)
