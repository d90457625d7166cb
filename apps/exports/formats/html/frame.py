"""What stands on every page of the site: head, top, sidebar, foot."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from apps.exports.formats.base import File
from apps.exports.formats.html.site import CONTENTS, INDEX, PEOPLE, SEARCH, STYLE, TITLES, Site, leaf
from apps.exports.references import References
from apps.notion.html.markup import EMPTY, Markup, join, tag, void, wrapped
from apps.notion.html.moments import moment_words

DOCTYPE = Markup("<!doctype html>\n")
POLICY = (
    "default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src 'self' file:;"
    " form-action 'self' file:; base-uri 'none'"
)
"""Nothing is loaded but what lies beside the page. Some browsers do not count files as ``'self'``."""
WITH_SCRIPT = f"{POLICY}; script-src 'self' file:"
AROUND = "around"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be framed. ``main`` is complete with its ``h1``, in pieces that are drawn once; ``scripts`` are paths
    from the root.
    """

    path: str
    title: str
    main: Iterable[Markup]
    trail: Markup = EMPTY
    around: Markup = EMPTY
    beside: Markup = EMPTY
    scripts: tuple[str, ...] = ()


class Frame:
    def __init__(self, site: Site) -> None:
        self._site = site
        snapshot = site.book.snapshot
        self._name = snapshot.workspace.name
        self._gap = site.book.gap()
        taken = snapshot.finished_at or snapshot.created_at
        self._origin = f"Snapshot {snapshot.number} of {self._name}, {moment_words(f'{taken:%Y-%m-%dT%H:%MZ}')}"
        people = [("People", leaf(PEOPLE, 1))] if site.has_people else []
        self._lists = [("Contents", leaf(CONTENTS, 1)), ("A–Z", leaf(TITLES, 1)), *people]

    def file(self, sheet: Sheet) -> File:
        """The page is gathered as bytes: a single emoji makes a whole text take four bytes a character."""
        return File(sheet.path, b"".join(piece.encode() for piece in self._html(sheet)))

    def _html(self, sheet: Sheet) -> Iterator[str]:
        links = self._site.references(sheet.path)
        above = (
            tag("a", "Skip to the page", class_="s-skip", href="#main"),
            self._top(links, bool(sheet.around)),
            tag("nav", sheet.around, id=AROUND, class_="s-around", popover=True, aria_label="Pages around this one")
            if sheet.around
            else EMPTY,
        )
        main = wrapped("main", chain((sheet.trail, sheet.beside), sheet.main), id="main", class_="s-main")
        body = wrapped(
            "body",
            chain(above, main, (self._foot(links),)),
            class_="s-with-around" if sheet.around else None,
        )
        yield DOCTYPE
        yield from wrapped("html", chain((self._head(sheet, links),), body), lang="en")
        yield "\n"

    def _head(self, sheet: Sheet, links: References) -> Markup:
        title = sheet.title if sheet.path == INDEX else f"{sheet.title} · {self._name}"
        scripts = (tag("script", src=links.to(path), defer=True) for path in sheet.scripts)
        policy = WITH_SCRIPT if sheet.scripts else POLICY
        return tag(
            "head",
            void("meta", charset="utf-8"),
            void("meta", http_equiv="Content-Security-Policy", content=policy),
            void("meta", name_="viewport", content="width=device-width, initial-scale=1"),
            void("meta", name_="referrer", content="no-referrer"),
            tag("title", title),
            void("link", rel="stylesheet", href=links.to(STYLE)),
            join(scripts),
        )

    def _top(self, links: References, has_around: bool) -> Markup:
        home = tag("a", self._name, class_="s-home", href=links.to(INDEX))
        nav = tag(
            "nav",
            join(tag("a", words, href=links.to(path)) for words, path in self._lists),
            class_="s-lists",
            aria_label="Lists",
        )
        button = tag("button", "Pages", type="button", class_="s-open", popovertarget=AROUND) if has_around else EMPTY
        return tag("header", button, home, self._search(links), nav, class_="s-top")

    def _search(self, links: References) -> Markup:
        if not self._site.search:
            return EMPTY
        field = void("input", type="search", name_="q", placeholder="Search", aria_label="Search", autocomplete="off")
        return tag("form", field, action=links.to(SEARCH), role="search", class_="s-search")

    def _foot(self, links: References) -> Markup:
        gap = tag("p", f"Incomplete: {self._gap}.", class_="s-gap") if self._gap else EMPTY
        manifest = tag("a", "what it holds", href=links.to("manifest.json"))
        return tag("footer", tag("p", f"{self._origin}; ", manifest, "."), gap, class_="s-foot")


def steps(links: Iterable[tuple[str, str]]) -> Markup:
    """The way to a page, from words and where they lead."""
    return tag("ol", join(tag("li", tag("a", words, href=href)) for words, href in links), class_="s-steps")


def trail(way: Markup) -> Markup:
    """The way as the breadcrumbs above a page."""
    return tag("nav", way, class_="s-trail", aria_label="Breadcrumbs")


def pager(links: References, path: Callable[[int], str], number: int, total: int, label: str) -> Markup:
    """The way through pages of the same kind, counted from 1; nothing for a single one."""
    if total <= 1:
        return EMPTY

    def step(words: str, to: int, is_there: bool) -> Markup:
        return tag("a", words, href=links.to(path(to))) if is_there else EMPTY

    return tag(
        "nav",
        step("First", 1, number > 2),
        step("Previous", number - 1, number > 1),
        tag("span", f"{number:,} of {total:,}"),
        step("Next", number + 1, number < total),
        step("Last", total, number < total - 1),
        class_="s-pager",
        aria_label=label,
    )
