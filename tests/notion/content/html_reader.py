"""HTML read as a browser reads it: elements, attributes and words, and a judge of what may be among them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

ELEMENTS = frozenset(
    [
        "article",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "p",
        "div",
        "span",
        "a",
        "img",
        "br",
        "hr",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "details",
        "summary",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "pre",
        "code",
        "figure",
        "figcaption",
        "section",
        "nav",
        "strong",
        "em",
        "s",
        "u",
        "input",
        "video",
        "audio",
        "time",
    ]
)
VOID = frozenset({"img", "br", "hr", "input"})
ATTRIBUTES = frozenset(
    [
        "class",
        "id",
        "href",
        "rel",
        "title",
        "src",
        "alt",
        "loading",
        "open",
        "type",
        "disabled",
        "checked",
        "start",
        "scope",
        "controls",
        "preload",
        "aria-label",
        "datetime",
        "role",
        "aria-hidden",
        "tabindex",
    ]
)
CLASS = re.compile(r"(nb|language)-[a-z0-9_-]+")
ANCHOR = re.compile(r"#?nb-[a-z0-9_]+")


@dataclass
class Reader(HTMLParser):
    """What was found; `open` must be empty at the end."""

    elements: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str | None]] = field(default_factory=list)
    words: str = ""
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def assert_harmless(html: str) -> Reader:
    """Nothing in it runs, loads by a script's address, restyles the page or escapes its class names."""
    reader = read(html)
    assert reader.open == []
    assert set(reader.elements) <= ELEMENTS
    for element, name, value in reader.attributes:
        assert name in ATTRIBUTES, (element, name)
        if name in ("href", "src"):
            assert_address(element, value or "")
        elif name == "class":
            assert all(CLASS.fullmatch(part) for part in (value or "").split(" ")), value
        elif name == "id":
            assert ANCHOR.fullmatch(value or ""), value
        elif name == "type":
            assert value in ("checkbox", "a", "i"), value
        elif name == "start":
            assert re.fullmatch(r"-?\d+", value or ""), value
    return reader


def assert_address(element: str, url: str) -> None:
    cleaned = re.sub(r"[\t\n\r]", "", url.strip("".join(map(chr, range(0x21)))))
    scheme = urlsplit(cleaned).scheme
    allowed = ("http", "https", "") if element in ("img", "video", "audio") else ("http", "https", "mailto", "")
    assert scheme in allowed, url
    assert scheme or re.match(r"[a-z#./]", cleaned), url
