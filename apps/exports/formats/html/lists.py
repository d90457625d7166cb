"""The lists of the site: first page, contents, A–Z, people."""

from collections.abc import Callable, Iterator
from itertools import groupby, islice

from apps.exports.formats.base import File
from apps.exports.formats.html.frame import Frame, Sheet, pager, steps, trail
from apps.exports.formats.html.register import Listed
from apps.exports.formats.html.sidebar import TABLES, titled
from apps.exports.formats.html.site import CONTENTS, INDEX, PEOPLE, TITLES, Site, leaf
from apps.exports.ledger import Entry
from apps.exports.references import References
from apps.notion.html.markup import EMPTY, Markup, join, tag
from apps.notion.html.moments import moment_words
from apps.snapshots.models import Kind

MOST_LINES = 500
"""Of a list on one page."""
MOST_TOP = 200
"""Objects at the top that the first page shows, each with :data:`MOST_BELOW` of what lies in it."""
MOST_BELOW = 8
DEEPEST = 8
"""Levels that are set in further."""
WORDS = {
    Kind.PAGE: ("page", "pages"),
    Kind.DATABASE: ("database", "databases"),
    Kind.ROW: ("row", "rows"),
    Kind.FILE: ("file", "files"),
}


class Lists:
    def __init__(self, site: Site, frame: Frame) -> None:
        self._site = site
        self._frame = frame

    def files(self) -> Iterator[File]:
        yield self._index()
        yield from self._contents()
        yield from self._titles()
        if self._site.has_people:
            yield from self._people()

    # The first page.
    def _index(self) -> File:
        snapshot, links = self._site.book.snapshot, self._site.references(INDEX)
        counts = self._site.neighbours.counts()
        held = [f"{counts[k]:,} {words[counts[k] != 1]}" for k, words in WORDS.items() if counts.get(k)]
        taken = moment_words(f"{snapshot.finished_at or snapshot.created_at:%Y-%m-%dT%H:%MZ}")
        facts = tag(
            "p", join(tag("span", fact) for fact in (f"Snapshot {snapshot.number}", taken, *held)), class_="s-facts"
        )
        top = self._site.neighbours.top(MOST_TOP)
        tree = tag("ul", join(self._top(entry, links) for entry in top), class_="s-front")
        total = self._site.neighbours.count_top()
        more = tag("p", tag("a", f"All {total:,}", href=links.to(leaf(CONTENTS, 1)))) if total > len(top) else EMPTY
        empty = EMPTY if top else tag("p", "This snapshot holds no pages.", class_="s-quiet")
        head = tag(
            "header", tag("h1", snapshot.workspace.name), facts, self._part(), self._incomplete(links), class_="s-head"
        )
        return self._frame.file(Sheet(INDEX, snapshot.workspace.name, join((head, tree, more, empty))))

    def _part(self) -> Markup:
        words = "This is a part of the snapshot: only some of its pages were chosen. Links to others lead to Notion."
        return tag("p", words, class_="s-quiet") if self._site.ledger.is_partial else EMPTY

    def _incomplete(self, links: References) -> Markup:
        gap = self._site.book.gap()
        if not gap:
            return EMPTY
        manifest = tag("a", "manifest.json", href=links.to("manifest.json"))
        return tag("p", tag("strong", "Incomplete: "), f"{gap}. ", manifest, " names them.", class_="s-note")

    def _top(self, entry: Entry, links: References) -> Markup:
        neighbours = self._site.neighbours
        if entry.kind in TABLES:
            items = [tag("li", _counted(neighbours.count_rows(entry)), class_="s-quiet")]
        else:
            items = [tag("li", self._link(one, links)) for one in neighbours.below(entry, MOST_BELOW)]
            if left := neighbours.count_below(entry) - len(items):
                items.append(tag("li", f"and {left:,} more", class_="s-quiet"))
        return tag("li", self._link(entry, links), tag("ul", join(items)) if items else EMPTY)

    def _link(self, entry: Entry, links: References) -> Markup:
        css = "s-table" if entry.kind in TABLES else None
        return tag("a", titled(entry), href=links.to(self._site.path(entry)), class_=css)

    # The whole tree, without rows that hold nothing: those are in their table.
    def _contents(self) -> Iterator[File]:
        total = -(-max(1, sum(1 for _ in self._places())) // MOST_LINES)
        places = self._places()
        for number in range(1, total + 1):
            path = leaf(CONTENTS, number)
            links = self._site.references(path)
            part = list(islice(places, MOST_LINES))
            start = self._start(part[0][1], links) if part and number > 1 else EMPTY
            lines = join((self._place(level, entry, links) for level, entry in part), Markup("\n"))
            body = join((start, tag("ul", lines, class_="s-whole")))
            yield self._list("Contents", path, body, pager(links, _path(CONTENTS), number, total, "Pages of contents"))

    def _places(self) -> Iterator[tuple[int, Entry]]:
        """Level and object, depth first."""
        way: list[str] = []
        for entry in self._site.neighbours.in_order():
            while way and way[-1] != entry.home:
                way.pop()
            if entry.kind != Kind.ROW or self._site.neighbours.count_below(entry):
                yield len(way), entry
            way.append(entry.id)

    def _start(self, entry: Entry, links: References) -> Markup:
        above = self._site.neighbours.above(entry)
        steps = (tag("a", titled(one), href=links.to(self._site.path_of_table(one))) for one in above)
        return tag("p", "Within ", join(steps, Markup(" › ")), class_="s-quiet") if above else EMPTY

    def _place(self, level: int, entry: Entry, links: References) -> Markup:
        rows = self._site.neighbours.count_rows(entry) if entry.kind in TABLES else None
        count = tag("span", _counted(rows), class_="s-quiet") if rows is not None else EMPTY
        return tag("li", self._link(entry, links), " ", count, class_=f"s-level-{min(level, DEEPEST)}")

    # A–Z.
    def _titles(self) -> Iterator[File]:
        register = self._site.register
        total = -(-max(1, register.count()) // MOST_LINES)
        starts, before = [], 0
        for letter, count in register.letters():
            starts.append((letter, before // MOST_LINES + 1))
            before += count
        titles = register.by_title()
        anchors = {letter: f"letter-{position}" for position, (letter, _) in enumerate(starts)}
        begun: set[str] = set()
        for number in range(1, total + 1):
            path = leaf(TITLES, number)
            links = self._site.references(path)
            letters = join(
                tag("a", letter, href=f"{links.to(leaf(TITLES, page))}#{anchors[letter]}") for letter, page in starts
            )
            body = [tag("nav", letters, class_="s-letters", aria_label="Letters")]
            for letter, group in groupby(islice(titles, MOST_LINES), key=lambda one: one[0]):
                words = f"{letter}, continued" if letter in begun else letter
                body.append(tag("h2", words, id=None if letter in begun else anchors[letter]))
                body.append(tag("ul", join(_title(page, links) for _, page in group), class_="s-titles"))
                begun.add(letter)
            yield self._list("A–Z", path, join(body), pager(links, _path(TITLES), number, total, "Pages of titles"))

    # People.
    def _people(self) -> Iterator[File]:
        total = -(-max(1, self._site.register.count_people()) // MOST_LINES)
        people = self._site.register.people()
        for number in range(1, total + 1):
            path = leaf(PEOPLE, number)
            links = self._site.references(path)
            rows = (
                tag("tr", tag("th", name or "Unnamed", scope="row"), tag("td", kind))
                for name, kind in islice(people, MOST_LINES)
            )
            head = tag("thead", tag("tr", tag("th", "Name", scope="col"), tag("th", "Type", scope="col")))
            table = tag("table", head, tag("tbody", join(rows)), class_="s-rows")
            yield self._list("People", path, table, pager(links, _path(PEOPLE), number, total, "Pages of people"))

    def _list(self, title: str, path: str, body: Markup, turn: Markup) -> File:
        home = trail(steps([(self._site.book.snapshot.workspace.name, self._site.references(path).to(INDEX))]))
        main = tag("div", tag("h1", title), body, turn, class_="s-list")
        return self._frame.file(Sheet(path, title, main, trail=home))


def _path(folder: str) -> Callable[[int], str]:
    return lambda number: leaf(folder, number)


def _title(page: Listed, links: References) -> Markup:
    where = tag("span", page.trail, class_="s-quiet") if page.trail else EMPTY
    return tag("li", tag("a", page.title, href=f"{links.to('')}{page.path}"), " ", where)


def _counted(rows: int) -> str:
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"
