"""The first page of the site: what the export holds, and the topmost pages with some of what lies in them."""

from apps.exports.formats.base import File
from apps.exports.formats.html.frame import Frame, Sheet
from apps.exports.formats.html.sidebar import TABLES, counted_rows, titled
from apps.exports.formats.html.site import CONTENTS, INDEX, Site, leaf
from apps.exports.ledger import Entry
from apps.exports.references import References
from apps.notion.html.markup import EMPTY, Markup, join, tag
from apps.notion.html.moments import moment_words
from apps.snapshots.models import Kind

MOST_TOP = 200
"""Objects at the top that are shown, each with :data:`MOST_BELOW` of what lies in it."""
MOST_BELOW = 8
WORDS = {
    Kind.PAGE: ("page", "pages"),
    Kind.DATABASE: ("database", "databases"),
    Kind.ROW: ("row", "rows"),
    Kind.FILE: ("file", "files"),
}


class Front:
    def __init__(self, site: Site, frame: Frame) -> None:
        self._site = site
        self._frame = frame

    def file(self) -> File:
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
        return self._frame.file(Sheet(INDEX, snapshot.workspace.name, (head, tree, more, empty)))

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
            items = [tag("li", counted_rows(neighbours.count_rows(entry)), class_="s-quiet")]
        else:
            items = [tag("li", self._link(one, links)) for one in neighbours.below(entry, MOST_BELOW)]
            if left := neighbours.count_below(entry) - len(items):
                items.append(tag("li", f"and {left:,} more", class_="s-quiet"))
        return tag("li", self._link(entry, links), tag("ul", join(items)) if items else EMPTY)

    def _link(self, entry: Entry, links: References) -> Markup:
        css = "s-table" if entry.kind in TABLES else None
        return tag("a", titled(entry), href=links.to(self._site.path(entry)), class_=css)
