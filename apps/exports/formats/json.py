"""JSON: everything that the snapshot holds, word for word as Notion gave it.

Each object is a file of its own, in a folder of its type and named by its id unless told otherwise::

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
from dataclasses import replace
from typing import Any

import orjson

from apps.exports.arrangement import Layout, Naming
from apps.exports.book import Book
from apps.exports.formats.base import ATTACHMENTS, File, Options, Outcome, Skipped, Written
from apps.exports.ledger import Entry
from apps.exports.naming import split_extension
from apps.exports.options import LAYOUT, NAMING
from apps.exports.references import ATTACHMENTS as ATTACHMENT_FOLDER
from apps.notion.model import Json
from apps.snapshots.capture.files_in import file_id

EXTENSION = ".json"
FEW = 1_000
"""Lines up to which a file is made in memory."""
_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS

README = """\
# {workspace}, snapshot {number}

This is a lossless export. `manifest.json` lists every file with its size and SHA-256, and counts what the snapshot
held. There is one file for each page, row, database, data source (its schema), view, discussion (the comments in one
place), user, emoji and stored file (its address in Notion, name, type, size and SHA-256; the bytes lie in
`attachments/`, by SHA-256). `kind` in it says which it is.

In each file `object` is Notion's own JSON, and `lines` what lies inside it: the blocks of a page in order, depth first,
each with its `parent`; the comments of a discussion; the templates of a data source. `parent` is the object in which it
lies. Ids are Notion's. The signatures of file addresses, void after an hour, are the only thing that was taken out.
"""


class JsonFormat:
    key = "json"
    label = "JSON"
    summary = "Everything, word for word as Notion gave it: for archives, programs and restores."
    version = 2
    options = (
        replace(NAMING, default=Naming.ID.value),
        replace(LAYOUT, default=Layout.BY_TYPE.value),
        ATTACHMENTS,
    )

    def writer(self, book: Book, options: Options) -> "JsonWriter":
        return JsonWriter(book, attachments=options["attachments"])


class JsonWriter:
    def __init__(self, book: Book, *, attachments: bool) -> None:
        self._book = book
        self._attachments = attachments
        self._partial = book.ledger.is_partial

    def write(self, entry: Entry) -> Outcome:
        if not entry.content:
            return Written([self._file(entry, {})])
        if not self._attachments:
            return Skipped("Attachments were not asked for.")
        stored = self._book.stored_file(entry)
        path = f"{ATTACHMENT_FOLDER}/{entry.content[:2]}/{entry.content}{split_extension(entry.title)[1]}"
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
        path = f"{self._book.ledger.place(entry)}{EXTENSION}"
        return File(path, b"".join(content) if entry.lines <= FEW else content)

    def _content(self, entry: Entry, more: Mapping[str, Any]) -> Iterator[bytes]:
        raw = self._book.raw(entry)
        self._want_files(raw)
        head = {"kind": entry.kind, "id": entry.id, "parent": entry.parent or None, **more, "object": raw}
        yield b"{"
        separator = b"\n"
        for name, value in head.items():
            written = orjson.dumps(value, option=_PRETTY).replace(b"\n", b"\n  ")
            yield b'%s  "%s": %s' % (separator, name.encode(), written)
            separator = b",\n"
        separator = b',\n  "lines": [\n    '
        for line in self._book.lines(entry):
            self._want_files(line)
            yield separator + orjson.dumps(line, option=orjson.OPT_SORT_KEYS)
            separator = b",\n    "
        yield b"\n  ]\n}\n" if separator == b",\n    " else b"\n}\n"

    def _want_files(self, value: Json) -> None:
        """Stored files that a chosen object refers to are chosen with it, whoever else shows them."""
        if not self._partial:
            return
        for address in addresses_in(value):
            entry = self._book.ledger.object(str(file_id(address)))
            if entry is not None and entry.content and not entry.chosen:
                self._book.ledger.choose(entry)


def addresses_in(value: Any) -> Iterator[str]:
    """Everything in an object that may be the address of a file."""
    if isinstance(value, list):
        for item in value:
            yield from addresses_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "url" and isinstance(item, str):
                yield item
            else:
                yield from addresses_in(item)


FORMAT = JsonFormat()
