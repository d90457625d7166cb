"""The way to a page and the tree around it."""

from apps.exports.formats.html.frame import steps
from apps.exports.formats.html.neighbours import Around
from apps.exports.formats.html.site import CONTENTS, INDEX, Site, leaf
from apps.exports.ledger import Entry
from apps.exports.naming import UNTITLED
from apps.exports.references import References
from apps.notion.html.markup import EMPTY, Markup, join, tag
from apps.snapshots.models import Kind

NEAREST = 4
"""Ancestors that the tree shows; the breadcrumbs show all."""
TABLES = frozenset({Kind.DATABASE, Kind.DATA_SOURCE})


class Sidebar:
    """Draws what is around one object, for the file ``path``."""

    def __init__(self, site: Site, entry: Entry, path: str) -> None:
        self._site = site
        self._entry = entry
        self._links: References = site.references(path)
        self._around: Around = site.neighbours.around(entry)

    def way(self) -> Markup:
        """What the object lies in, from the top down."""
        home = (self._site.book.snapshot.workspace.name, self._links.to(INDEX))
        return steps([home, *((titled(entry), self._href(entry)) for entry in self._around.above)])

    def tree(self) -> Markup:
        """The nearest ancestors, what lies beside the object and in it; a list that is cut says how long it is."""
        around = self._around
        beside = [
            *map(self._item, around.before),
            self._item(self._entry, self._below()),
            *map(self._item, around.after),
        ]
        if len(beside) < around.total:
            beside.append(self._more(f"All {around.total:,}", self._whole()))
        level = tag("ul", join(beside))
        for entry in reversed(around.above[-NEAREST:]):
            level = tag("ul", self._item(entry, level))
        return tag("div", level, class_="s-tree")

    def onward(self) -> Markup:
        """Links to the neighbours on either side."""
        before, after = self._around.before[-1:], self._around.after[:1]
        links = [
            tag("a", tag("span", words), " ", titled(entry), class_=css, href=self._href(entry), rel=css)
            for words, css, found in (("Previous", "prev", before), ("Next", "next", after))
            for entry in found
        ]
        return tag("nav", join(links), class_="s-onward", aria_label="Previous and next") if links else EMPTY

    def _below(self) -> Markup:
        items = [self._item(entry) for entry in self._around.below]
        if left := self._around.total_below - len(items):
            items.append(tag("li", f"and {left:,} more", class_="s-more"))
        return tag("ul", join(items)) if items else EMPTY

    def _item(self, entry: Entry, inside: Markup = EMPTY) -> Markup:
        css = "s-table" if entry.kind in TABLES else "s-row" if entry.kind == Kind.ROW else None
        current = "page" if entry is self._entry else None
        return tag("li", tag("a", titled(entry), href=self._href(entry), class_=css, aria_current=current), inside)

    def _more(self, words: str, path: str) -> Markup:
        return tag("li", tag("a", words, href=self._links.to(path)), class_="s-more")

    def _whole(self) -> str:
        """Where all neighbours are listed: the table of a row's data source, else the contents."""
        if self._entry.kind == Kind.ROW and (above := self._around.above):
            return self._site.path_of_table(above[-1])
        return leaf(CONTENTS, 1)

    def _href(self, entry: Entry) -> str:
        if entry.kind == Kind.DATA_SOURCE:
            return self._links.to(self._site.path_of_table(entry))
        return self._links.to(self._site.path(entry))


def titled(entry: Entry) -> str:
    return entry.title.strip() or UNTITLED


def counted_rows(rows: int) -> str:
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"
