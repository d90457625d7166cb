"""An exported site as a browser reads it, and a judge of what every page of it owes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from tests.exports.archives import Opened

VOID = frozenset({"meta", "link", "img", "input", "br", "hr"})
LOADING = {("img", "src"), ("video", "src"), ("audio", "src"), ("script", "src"), ("link", "href")}
LEADING = {("a", "href"), ("form", "action")}


@dataclass
class Page(HTMLParser):
    """What was found on a page."""

    path: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: str = ""
    open: list[str] = field(default_factory=list)
    scripts: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), f"{self.path}: an attribute twice on {tag}"
        self.elements.append((tag, found))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.path

    def handle_data(self, data: str) -> None:
        if self.open[-1:] in (["script"], ["style"]):
            self.scripts += data
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"{self.path}: a comment")

    def values(self, *wanted: tuple[str, str]) -> list[str]:
        return [found[name] for tag, found in self.elements for of, name in wanted if tag == of and name in found]

    @property
    def ids(self) -> list[str]:
        return [found["id"] for _, found in self.elements if "id" in found]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch(r"h[1-6]", tag)]

    @property
    def hrefs(self) -> list[str]:
        return self.values(("a", "href"))

    def classed(self, name: str) -> list[dict[str, str]]:
        """The attributes of the elements of a class."""
        return [found for _, found in self.elements if name in found.get("class", "").split()]

    def target(self, href: str) -> str | None:
        """The path to which a link leads; None for one out of the site."""
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            return None
        return normpath(join(dirname(self.path), unquote(parts.path))) if parts.path else self.path


@dataclass
class Site:
    """All pages of an export by path."""

    archive: Opened

    def __post_init__(self) -> None:
        self.pages = {path: read(path, text) for path, text in self._html()}

    def named(self, start: str) -> Page:
        """The one page whose file name begins so."""
        found = [page for path, page in self.pages.items() if path.rpartition("/")[2].startswith(start)]
        assert len(found) == 1, f"{len(found)} pages begin with {start!r}"
        return found[0]

    def _html(self) -> Iterator[tuple[str, str]]:
        return (
            (path, data.decode())
            for path, data in self.archive.files.items()
            if path.endswith(".html") and not path.startswith("attachments/")
        )

    def check(self) -> None:
        """Whatever an export holds."""
        for page in self.pages.values():
            self._check_structure(page)
            self._check_safety(page)
            self._check_links(page)

    def _check_structure(self, page: Page) -> None:
        where, headings = page.path, page.headings
        assert page.open == [], where
        assert len(page.ids) == len(set(page.ids)), where
        assert headings.count(1) == 1, where
        assert headings[0] == 1, where
        assert all(after <= before + 1 for before, after in pairwise(headings)), where
        names = [tag for tag, _ in page.elements]
        assert names.count("main") == names.count("header") - names[names.index("main") :].count("header") == 1, where
        assert page.ids.count("main") == 1, where
        assert page.hrefs[0] == "#main", "the first link skips to the page"
        assert all(found.get("alt") is not None for tag, found in page.elements if tag == "img"), where

    def _check_safety(self, page: Page) -> None:
        where = page.path
        assert page.scripts == "", f"{where}: an inline script or style"
        names = {name for _, found in page.elements for name in found}
        assert not [name for name in names if name.startswith("on") or name in ("style", "srcset", "srcdoc")], where
        assert not {tag for tag, _ in page.elements} & {"iframe", "object", "embed", "base", "style"}, where
        (policy,) = (found["content"] for _, found in page.elements if "http-equiv" in found)
        assert policy.startswith("default-src 'none'; "), where
        assert "http" not in policy
        assert ("script-src" in policy) == (where == "search.html")
        for url in page.values(*LOADING):
            assert page.target(url) is not None, f"{where} loads {url}"
        for url in page.values(*LEADING):
            assert urlsplit(url).scheme in ("", "http", "https", "mailto"), f"{where} leads to {url}"
            assert not url.startswith("//"), where

    def _check_links(self, page: Page) -> None:
        for url in page.values(*LOADING, *LEADING):
            target = page.target(url)
            if target is None:
                continue
            assert target in self.archive.files, f"{page.path} leads to {target}, which is not there"
            anchor = urlsplit(url).fragment
            if anchor:
                assert unquote(anchor) in self.pages[target].ids, f"{page.path}: no {anchor} on {target}"


def read(path: str, text: str) -> Page:
    assert text.startswith("<!doctype html>\n<html lang=")
    page = Page(path)
    page.feed(text.removeprefix("<!doctype html>\n"))
    page.close()
    return page


@dataclass(frozen=True)
class Index:
    """The search index of a site, read from its scripts."""

    words: dict[str, list[tuple[int, int]]]
    pages: dict[int, tuple[str, str, str, str]]
    first: list[str]

    @classmethod
    def of(cls, archive: Opened) -> "Index":
        words: dict[str, list[tuple[int, int]]] = {}
        pages: dict[int, tuple[str, str, str, str]] = {}
        first: list[str] = []
        for path, data in archive.files.items():
            if not path.startswith(("assets/words/", "assets/pages/")):
                continue
            found = re.fullmatch(r"notionhub\.(\w+)\((\d+),(.*)\);\n", data.decode(), re.DOTALL)
            assert found, path
            kind, number, value = found[1], int(found[2]), json.loads(found[3])
            if kind == "first":
                first = value
                continue
            assert path == f"assets/{kind}/{number}.js"
            if kind == "pages":
                pages |= {page: (title, to, trail, excerpt) for page, title, to, trail, excerpt in value}
            else:
                assert words.keys().isdisjoint(word for word, _ in value)
                words |= {word: list(unpacked(steps)) for word, steps in value}
        return cls(words, pages, first)

    def found(self, word: str) -> dict[str, int]:
        """Titles of the pages with this word, each with the word's weight."""
        return {self.pages[page][0]: weight for page, weight in self.words.get(word, [])}


def unpacked(steps: list[int]) -> Iterator[tuple[int, int]]:
    page = 0
    for step in steps:
        page += step // 4
        yield page, step % 4
