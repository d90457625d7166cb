"""Reading an archive the way its owner would: with other people's tools, trusting nothing."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@dataclass
class Opened:
    """All files of a (small) archive, by path, in the archive's order."""

    files: dict[str, bytes]

    @classmethod
    def at(cls, path: Path) -> "Opened":
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            assert len(names) == len(set(names))
            return cls({name: archive.read(name) for name in names})

    @classmethod
    def folder(cls, root: Path) -> "Opened":
        return cls({str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()})

    @cached_property
    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads(self.files["manifest.json"])
        return manifest

    def content(self) -> dict[str, bytes]:
        """The files that the manifest speaks of."""
        return {path: data for path, data in self.files.items() if path != "manifest.json"}

    def check_manifest(self) -> None:
        """Every file is listed with its size and hash, sorted, and nothing else is."""
        told = [(entry["path"], entry["size"], entry["sha256"]) for entry in self.manifest["files"]]
        found = [(path, len(data), sha256(data).hexdigest()) for path, data in self.content().items()]
        assert told == sorted(found)

    def markdown(self) -> Iterator[tuple[str, str]]:
        return ((path, data.decode()) for path, data in self.files.items() if path.endswith(".md"))

    def broken_links(self) -> list[tuple[str, str]]:
        """(file, target) of every relative link that leads to no file."""
        return [
            (path, target)
            for path, data in self.files.items()
            for target in links(path, data)
            if (found := inside(path, target)) is not None and found not in self.files
        ]

    def named(self, start: str) -> str:
        """The text of the one Markdown file whose name begins so."""
        found = [text for path, text in self.markdown() if path.rpartition("/")[2].startswith(start)]
        assert len(found) == 1, f"{len(found)} files begin with {start!r}"
        return found[0]


def parts(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and the rest."""
    assert text.startswith("---\n")
    head, _, rest = text[4:].partition("\n---\n")
    return yaml.safe_load(head), rest


def targets(text: str) -> Iterator[str]:
    """Where the links and pictures of a Markdown text lead, by a reader of CommonMark."""
    for token in MARKDOWN.parse(parts(text)[1] if text.startswith("---\n") else text):
        for inner in token.children or ():
            if inner.type in ("link_open", "image"):
                yield str(inner.attrs["href" if inner.type == "link_open" else "src"])


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def links(path: str, data: bytes) -> Iterator[str]:
    """Where the links of a file lead, if it is of a kind that has any."""
    if path.endswith(".md"):
        yield from targets(data.decode())
    elif path.endswith(".html"):
        reader = _Addresses()
        reader.feed(data.decode())
        yield from reader.found


def inside(path: str, target: str) -> str | None:
    """The path in the archive to which a link on ``path`` leads; None for a link out of it."""
    parts = urlsplit(target)
    if parts.scheme or not parts.path:
        return None
    return normpath(join(dirname(path), unquote(parts.path)))
