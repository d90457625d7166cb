"""An export format of another distribution: the tree of a snapshot as one OPML file.

OPML 2.0 (https://opml.org/spec2.opml) is what outliners and mind maps read: titles in titles. Here each has the address
of its page in Notion.
"""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from apps.exports.book import Book
from apps.exports.formats.base import File, Option, Options, Outcome, Skipped, Within
from apps.exports.ledger import Entry

TREE = ("page", "database", "data_source", "row")


class Outline:
    key = "outline"
    label = "Outline"
    summary = "The titles as one OPML file: for outliners and mind maps."
    version = 1
    options = (Option("rows", "Rows", "The rows of databases, beside pages.", default=False),)

    def writer(self, book: Book, options: Options) -> "OutlineWriter":
        kinds = TREE if options["rows"] else TREE[:-1]
        return OutlineWriter(book, kinds)


class OutlineWriter:
    def __init__(self, book: Book, kinds: tuple[str, ...]) -> None:
        self._book = book
        self._kinds = kinds

    def write(self, entry: Entry) -> Outcome:
        return Within() if entry.kind in self._kinds else Skipped("An outline has titles of pages only.")

    def closing(self) -> Iterable[File]:
        yield File("outline.opml", (line.encode() for line in self._lines()))

    def _lines(self) -> Iterator[str]:
        title = escape(_printable(self._book.snapshot.workspace.name))
        yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        yield f"<head><title>{title}</title></head>\n<body>\n"
        open_lists = [iter(self._book.ledger.top(self._kinds))]
        while open_lists:
            entry = next(open_lists[-1], None)
            if entry is None:
                open_lists.pop()
                yield "</outline>\n" if open_lists else "</body>\n</opml>\n"
                continue
            words = quoteattr(_printable(entry.title) or "Untitled")
            address = quoteattr(f"https://www.notion.so/{entry.id.replace('-', '')}")
            yield f'<outline text={words} type="link" url={address}>\n'
            open_lists.append(self._below(entry))

    def _below(self, entry: Entry) -> Iterator[Entry]:
        for kind in self._kinds:
            yield from self._book.ledger.children(entry.id, kind)


def _printable(text: str) -> str:
    """Without what XML 1.0 has no place for."""
    return "".join(character for character in text if character.isprintable())


FORMAT = Outline()
