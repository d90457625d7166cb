"""JSON: everything that the snapshot holds, word for word as Notion gave it.

Each object is a file of its own, named by its id::

    {
      "kind": "page",
      "id": "…",
      "parent": "…",
      "object": {…},
      "lines": [
        {…},
        {…}
      ]
    }

``object`` is Notion's answer. ``lines`` holds what lies inside it, each on a line of its own and in order: the blocks
of a page (depth first, each with its ``parent``), the comments of a discussion, the templates of a data source.
``parent`` is the object in which it lies, null at the top. Signatures of stored files are the one thing that was taken
out, as they are void after an hour; the files themselves are under ``attachments/``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from apps.exports.book import Book
from apps.exports.formats.base import File, Option, Options, Outcome, Skipped, Written
from apps.exports.ledger import Entry
from apps.exports.naming import split_extension
from apps.snapshots.models import Kind

FOLDERS: Mapping[str, str] = {
    Kind.PAGE: "pages",
    Kind.ROW: "rows",
    Kind.DATABASE: "databases",
    Kind.DATA_SOURCE: "data_sources",
    Kind.VIEW: "views",
    Kind.DISCUSSION: "comments",
    Kind.BLOCK_DISCUSSION: "comments",
    Kind.USER: "users",
    Kind.CUSTOM_EMOJI: "custom_emojis",
    Kind.FILE: "files",
}
ATTACHMENTS = "attachments"
FEW = 1_000
"""Lines up to which a file is made in memory."""
_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS

README = """\
# {workspace}, snapshot {number}

This is a lossless export. `manifest.json` lists every file with its size and SHA-256, and counts what the snapshot
held.

| folder | one file for each |
|---|---|
| `pages/` | page, by id |
| `rows/<data source>/` | row of a data source, by id |
| `databases/`, `data_sources/`, `views/` | database, data source (its schema), view |
| `comments/<page>/` | discussion: the comments in one place |
| `users/`, `custom_emojis/` | user, emoji of the workspace |
| `files/` | stored file: its address in Notion, name, type, size and SHA-256 |
| `attachments/` | the bytes of stored files, by SHA-256 |

In each file `object` is Notion's own JSON, and `lines` what lies inside it: the blocks of a page in order, depth first,
each with its `parent`; the comments of a discussion; the templates of a data source. `parent` is the object in which it
lies. Ids are Notion's. The signatures of file addresses, void after an hour, are the only thing that was taken out.
"""


class JsonFormat:
    key = "json"
    label = "JSON"
    summary = "Everything, word for word as Notion gave it: for archives, programs and restores."
    version = 1
    options = (Option("attachments", "Attachments", "The files stored in Notion, beside the JSON."),)

    def writer(self, book: Book, options: Options) -> "JsonWriter":
        return JsonWriter(book, attachments=options["attachments"])


class JsonWriter:
    def __init__(self, book: Book, *, attachments: bool) -> None:
        self._book = book
        self._attachments = attachments

    def write(self, entry: Entry) -> Outcome:
        if not entry.content:
            return Written([self._file(entry, {})])
        if not self._attachments:
            return Skipped("Attachments were not asked for.")
        stored = self._book.stored_file(entry)
        path = f"{ATTACHMENTS}/{entry.content[:2]}/{entry.content}{split_extension(entry.title)[1]}"
        facts = {
            "path": path,
            "name": entry.title,
            "content_type": stored.content_type,
            "size": stored.size,
            "sha256": stored.sha256,
        }
        return Written([self._file(entry, {"attachment": facts})], [path])

    def closing(self) -> Iterable[File]:
        snapshot = self._book.snapshot
        text = README.format(workspace=snapshot.workspace.name, number=snapshot.number)
        yield File("README.md", text.encode())

    def _file(self, entry: Entry, more: Mapping[str, Any]) -> File:
        content = self._content(entry, more)
        return File(path_of(entry), b"".join(content) if self._book.line_count(entry) <= FEW else content)

    def _content(self, entry: Entry, more: Mapping[str, Any]) -> Iterator[bytes]:
        raw = self._book.raw(entry)
        head = {"kind": entry.kind, "id": entry.id, "parent": entry.parent or None, **more, "object": raw}
        yield b"{"
        separator = b"\n"
        for name, value in head.items():
            written = orjson.dumps(value, option=_PRETTY).replace(b"\n", b"\n  ")
            yield b'%s  "%s": %s' % (separator, name.encode(), written)
            separator = b",\n"
        separator = b',\n  "lines": [\n    '
        for line in self._book.lines(entry):
            yield separator + orjson.dumps(line, option=orjson.OPT_SORT_KEYS)
            separator = b",\n    "
        yield b"\n  ]\n}\n" if separator == b",\n    " else b"\n}\n"


def path_of(entry: Entry) -> str:
    """Where an object's JSON lies; a kind that we do not know gets a folder of its own name."""
    folder = FOLDERS.get(entry.kind, entry.kind)
    if entry.kind in (Kind.ROW, Kind.DISCUSSION, Kind.BLOCK_DISCUSSION) and entry.parent:
        return f"{folder}/{entry.parent}/{entry.id}.json"
    return f"{folder}/{entry.id}.json"


FORMAT = JsonFormat()
