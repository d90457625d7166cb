"""Markdown: a tree of readable files, one for each page and row, with front matter and working links.

Where things lie (see also :mod:`apps.exports.naming`):

- An object is a file ``<title> <id>.md``; what it holds lies in a folder of the same name beside it.
- A database is one file with a table of its rows for each of its data sources; a data source has a file of its own
  only where its database is not in the snapshot.
- Comments stand at the end of their page, views at the end of their database.
- Stored files lie in ``attachments/``, named by their name and content; the same file is there once.
- Links between objects are relative; what is not in the snapshot keeps its address in Notion.
"""

from collections.abc import Iterable, Iterator

from apps.exports.book import Book
from apps.exports.formats.base import ATTACHMENTS, File, Option, Options, Outcome, Skipped, Written
from apps.exports.formats.markdown_pages import PageWriter
from apps.exports.formats.markdown_tables import DatabaseWriter
from apps.exports.formats.outcomes import part_of_another, stored_file
from apps.exports.ledger import Entry
from apps.exports.naming import link_to
from apps.exports.references import path_of
from apps.notion.markdown.escape import escape_inline
from apps.snapshots.models import Kind
from apps.snapshots.store.roots import TREE

EXTENSION = ".md"


class MarkdownFormat:
    key = "markdown"
    label = "Markdown"
    summary = "A readable file for each page and row, in folders, with working links: for people, Git and other tools."
    version = 2
    options = (
        ATTACHMENTS,
        Option("comments", "Comments", "Open comments, at the end of their page."),
    )

    def writer(self, book: Book, options: Options) -> "MarkdownWriter":
        return MarkdownWriter(book, attachments=options["attachments"], comments=options["comments"])


class MarkdownWriter:
    def __init__(self, book: Book, *, attachments: bool, comments: bool) -> None:
        self._book = book
        self._attachments = attachments
        self._comments = comments
        self._pages = PageWriter(book, attachments=attachments, comments=comments)
        self._databases = DatabaseWriter(book, attachments=attachments)

    def write(self, entry: Entry) -> Outcome:
        match entry.kind:
            case Kind.PAGE | Kind.ROW | Kind.TEMPLATE:
                return Written([self._pages.file(entry)])
            case Kind.DATABASE | Kind.DATA_SOURCE:
                return self._database(entry)
            case Kind.VIEW:
                return part_of_another(self._book.ledger, entry, "database", EXTENSION)
            case Kind.DISCUSSION | Kind.BLOCK_DISCUSSION:
                if not self._comments:
                    return Skipped("Comments were not asked for.")
                return part_of_another(self._book.ledger, entry, "page", EXTENSION)
            case Kind.FILE:
                return stored_file(self._book.ledger, entry, wanted=self._attachments)
            case Kind.USER:
                return Skipped("Names stand where people are mentioned; the JSON export holds the people themselves.")
            case Kind.CUSTOM_EMOJI:
                return Skipped("Names stand where emojis are used; the JSON export holds the emojis themselves.")
            case _:
                return Skipped("Markdown has no place for this kind of object; the JSON export holds it.")

    def closing(self) -> Iterable[File]:
        yield File("README.md", "".join(self._readme()).encode())

    def _database(self, entry: Entry) -> Outcome:
        if self._book.ledger.is_merged(entry):
            return part_of_another(self._book.ledger, entry, "database", EXTENSION)
        return Written([self._databases.file(entry)])

    def _readme(self) -> Iterator[str]:
        snapshot = self._book.snapshot
        yield f"# {escape_inline(snapshot.workspace.name)}\n\nSnapshot {snapshot.number}. "
        yield "What this export holds, and what it does not, is listed in [manifest.json](manifest.json).\n"
        if gap := self._book.gap():
            yield f"\n**This export is incomplete:** {gap}.\n"
        separator = "\n"
        for entry in self._book.ledger.top(TREE):
            path = path_of(self._book.ledger, entry, EXTENSION)
            yield f"{separator}- [{escape_inline(entry.title or 'Untitled')}]({link_to(path)})\n"
            separator = ""


FORMAT = MarkdownFormat()
