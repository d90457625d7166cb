"""The lists of the site, in pages: contents, A–Z, people."""

from collections.abc import Callable, Iterator
from itertools import groupby, islice

from apps.exports.formats.base import File
from apps.exports.formats.html.frame import Frame, Sheet, pager, steps, trail
from apps.exports.formats.html.register import Listed
from apps.exports.formats.html.sidebar import TABLES, counted_rows, titled
from apps.exports.formats.html.site import CONTENTS, INDEX, PEOPLE, TITLES, Site, leaf
from apps.exports.ledger import Entry
from apps.exports.references import References
from apps.notion.html.markup import EMPTY, Markup, join, tag

MOST_LINES = 500
"""Of a list on one page."""
DEEPEST = 8
"""Levels that are set in further."""


class Lists:
    def __init__(self, site: Site, frame: Frame) -> None:
        self._site = site
        self._frame = frame

    def files(self) -> Iterator[File]:
        yield from self._contents()
        yield from self._titles()
        if self._site.has_people:
            yield from self._people()

    def _contents(self) -> Iterator[File]:
        """The whole tree but for rows that hold nothing: those are in their table."""
        count = sum(1 for _ in self._site.neighbours.in_order())
        places = self._places()

        def body(links: References) -> Markup:
            part = list(islice(places, MOST_LINES))
            start = self._start(part[0][1], links) if part else EMPTY
            lines = join((self._place(level, entry, links) for level, entry in part), Markup("\n"))
            return join((start, tag("ul", lines, class_="s-whole")))

        return self._paged("Contents", CONTENTS, count, body)

    def _places(self) -> Iterator[tuple[int, Entry]]:
        """Level and object, depth first."""
        way: list[str] = []
        for entry in self._site.neighbours.in_order():
            while way and way[-1] != entry.home:
                way.pop()
            yield len(way), entry
            way.append(entry.id)

    def _start(self, entry: Entry, links: References) -> Markup:
        """Where in the tree a page of the contents begins."""
        above = self._site.neighbours.above(entry)
        way = (tag("a", titled(one), href=links.to(self._site.path_of_table(one))) for one in above)
        return tag("p", "Within ", join(way, Markup(" › ")), class_="s-quiet") if above else EMPTY

    def _place(self, level: int, entry: Entry, links: References) -> Markup:
        is_table = entry.kind in TABLES
        link = tag("a", titled(entry), href=links.to(self._site.path(entry)), class_="s-table" if is_table else None)
        rows = self._site.neighbours.count_rows(entry) if is_table else 0
        count = tag("span", counted_rows(rows), class_="s-quiet") if is_table else EMPTY
        return tag("li", link, " ", count, class_=f"s-level-{min(level, DEEPEST)}")

    def _titles(self) -> Iterator[File]:
        places = self._letters()
        titles = self._site.register.by_title()
        begun: set[str] = set()

        def body(links: References) -> Markup:
            letters = join(
                tag("a", letter, href=f"{links.to(leaf(TITLES, page))}#{anchor}")
                for letter, (page, anchor) in places.items()
            )
            parts = [tag("nav", letters, class_="s-letters", aria_label="Letters")]
            for letter, group in groupby(islice(titles, MOST_LINES), key=lambda one: one[0]):
                is_first = letter not in begun
                begun.add(letter)
                words = letter if is_first else f"{letter}, continued"
                parts.append(tag("h2", words, id=places[letter][1] if is_first else None))
                parts.append(tag("ul", join(_title(page, links) for _, page in group), class_="s-titles"))
            return join(parts)

        return self._paged("A–Z", TITLES, self._site.register.count(), body)

    def _letters(self) -> dict[str, tuple[int, str]]:
        """The page on which each letter begins, and its place there."""
        places: dict[str, tuple[int, str]] = {}
        before = 0
        for letter, count in self._site.register.letters():
            places[letter] = (before // MOST_LINES + 1, f"letter-{len(places)}")
            before += count
        return places

    def _people(self) -> Iterator[File]:
        people = self._site.register.people()

        def body(links: References) -> Markup:
            rows = (
                tag("tr", tag("th", name or "Unnamed", scope="row"), tag("td", kind))
                for name, kind in islice(people, MOST_LINES)
            )
            head = tag("thead", tag("tr", tag("th", "Name", scope="col"), tag("th", "Type", scope="col")))
            return tag("table", head, tag("tbody", join(rows)), class_="s-rows")

        return self._paged("People", PEOPLE, self._site.register.count_people(), body)

    def _paged(self, title: str, folder: str, count: int, body: Callable[[References], Markup]) -> Iterator[File]:
        """At least one page; ``body`` is asked for each in turn."""
        name = self._site.book.snapshot.workspace.name
        total = max(1, -(-count // MOST_LINES))
        for number in range(1, total + 1):
            path = leaf(folder, number)
            links = self._site.references(path)
            turn = pager(links, lambda to: leaf(folder, to), number, total, f"Pages of {title}")
            main = (tag("div", tag("h1", title), body(links), turn, class_="s-list"),)
            yield self._frame.file(Sheet(path, title, main, trail=trail(steps([(name, links.to(INDEX))]))))


def _title(page: Listed, links: References) -> Markup:
    where = tag("span", page.trail, class_="s-quiet") if page.trail else EMPTY
    return tag("li", tag("a", page.title, href=f"{links.to('')}{page.path}"), " ", where)
