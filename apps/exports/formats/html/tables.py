"""Databases: the rows of each data source as a table, in pages where there are many."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from apps.exports.formats.base import File
from apps.exports.formats.html.columns import Columns, Schemas
from apps.exports.formats.html.frame import Frame, Sheet, pager, trail
from apps.exports.formats.html.register import Listed
from apps.exports.formats.html.search import weighed
from apps.exports.formats.html.sidebar import Sidebar, counted_rows, titled
from apps.exports.formats.html.site import ROWS, Site, leaf
from apps.exports.ledger import Entry
from apps.exports.references import References
from apps.notion import nodes
from apps.notion.document import build_document, lower_rich_text
from apps.notion.html import render_header, render_line
from apps.notion.html.markup import EMPTY, Markup, join, tag, wrapped
from apps.notion.lowering import Lowering
from apps.notion.model import Json
from apps.notion.refusals import Unreadable
from apps.snapshots.models import Kind

MOST_ROWS = 500
"""On one page."""
UNREADABLE = (nodes.Text("(The description has a shape that we do not know; the JSON export holds it.)"),)
NEWLINE = Markup("\n")
Row = tuple[Entry, Json]


class TableWriter:
    """Writes databases, and data sources whose database is not in the snapshot."""

    def __init__(self, site: Site, frame: Frame, schemas: Schemas) -> None:
        self._site = site
        self._frame = frame
        self._schemas = schemas

    def files(self, entry: Entry) -> Iterator[File]:
        """The object's own file and those into which its tables go on."""
        self._note(entry)
        ledger = self._site.ledger
        sources = [entry] if entry.kind == Kind.DATA_SOURCE else list(ledger.children(entry.id, Kind.DATA_SOURCE))
        if len(sources) == 1:
            yield from self._table(entry, sources[0], self._site.path(entry))
            return
        yield self._overview(entry, sources)
        for source in sources:
            yield from self._table(source, source, self._site.path_of_table(source))

    def _note(self, entry: Entry) -> None:
        raw = self._site.book.raw(entry)
        way = " › ".join(titled(above) for above in self._site.neighbours.above(entry))
        about = nodes.plain(_description(raw, self._site.references(self._site.path(entry))))
        searched = weighed(entry.title, (), [about]) if self._site.search else ""
        listed = Listed(entry.turn, titled(entry), self._site.from_root(entry), way, about[:200])
        self._site.register.add(listed, searched)

    def _overview(self, entry: Entry, sources: Sequence[Entry]) -> File:
        """A database with several data sources, or with none."""
        path = self._site.path(entry)
        links = self._site.references(path)
        rows = (
            tag(
                "tr",
                tag("th", tag("a", titled(source), href=links.to(self._site.path_of_table(source))), scope="row"),
                tag("td", f"{self._site.ledger.count_children(source.id, Kind.ROW):,}", class_="s-n"),
            )
            for source in sources
        )
        head = tag("tr", tag("th", "Data source", scope="col"), tag("th", "Rows", scope="col", class_="s-n"))
        table = tag("table", tag("thead", head), tag("tbody", join(rows)), class_="s-rows")
        none = tag("p", "The rows of this database are not in the snapshot.", class_="s-quiet")
        return self._sheet(entry, entry, path, (table if sources else none,), self._views([entry, *sources]))

    def _table(self, holder: Entry, source: Entry, first: str) -> Iterator[File]:
        """All pages of a table; ``holder`` is the object that they show, a database or the data source itself."""
        count = self._site.ledger.count_children(source.id, Kind.ROW)
        total = max(1, -(-count // MOST_ROWS))
        columns = self._schemas.columns(source.id)
        rows = self._site.book.raws(self._site.ledger.children(source.id, Kind.ROW))

        def path(number: int) -> str:
            return first if number == 1 else leaf(f"{ROWS}/{source.id}", number)

        for number in range(1, total + 1):
            here = path(number)
            links = self._site.references(here)
            told = _told(number, count)
            table = _rows(columns, islice(rows, MOST_ROWS), links, f"Rows of {titled(holder)}")
            turn = pager(links, path, number, total, "Pages of this table")
            views = self._views(list({holder.id: holder, source.id: source}.values())) if number == 1 else EMPTY
            yield self._sheet(holder, source, here, chain((tag("p", told, class_="s-quiet"),), table, (turn,)), views)

    def _sheet(self, holder: Entry, source: Entry, path: str, table: Iterable[Markup], views: Markup) -> File:
        links = self._site.references(path)
        raw = self._site.book.raw(holder)
        header = render_header(build_document(raw | {"properties": {}}, (), context=links))
        about = _description(raw, links)
        if not about and source is not holder:
            about = _description(self._site.book.raw(source), links)
        said = tag("p", render_line(about), class_="s-said") if about else EMPTY
        sidebar = Sidebar(self._site, holder, path)
        article = wrapped("article", chain((header, said), table, (views,)), class_="nb-page s-database")
        sheet = Sheet(
            path=path,
            title=titled(holder),
            trail=trail(sidebar.way()),
            around=sidebar.tree(),
            main=chain(article, (sidebar.onward(),)),
        )
        return self._frame.file(sheet)

    def _views(self, holders: Sequence[Entry]) -> Markup:
        views = [view for holder in holders for view in self._site.ledger.children(holder.id, Kind.VIEW)]
        if not views:
            return EMPTY
        items = (
            tag("li", titled(view), " ", tag("span", str(raw.get("type") or "view"), class_="s-quiet"))
            for view, raw in self._site.book.raws(views)
        )
        heading = tag("h2", "Views", id="views")
        return tag("section", heading, tag("ul", join(items)), class_="s-views", aria_labelledby="views")


def _told(number: int, count: int) -> str:
    if count <= MOST_ROWS:
        return counted_rows(count)
    first = (number - 1) * MOST_ROWS + 1
    return f"Rows {first:,} to {min(count, number * MOST_ROWS):,} of {count:,}"


def _rows(columns: Columns, rows: Iterable[Row], links: References, label: str) -> Iterator[Markup]:
    """A table, row by row."""
    numbers = [columns.is_number(column) for column in columns.properties]
    heads = zip(columns.properties, numbers, strict=True)
    head = tag(
        "tr",
        tag("th", columns.title, scope="col"),
        *(tag("th", str(column.get("name")), scope="col", class_="s-n" if right else None) for column, right in heads),
    )
    lowering = Lowering(links)
    drawn = (_row(columns, numbers, entry, raw, links, lowering) for entry, raw in rows)
    parted = islice((piece for row in drawn for piece in (NEWLINE, row)), 1, None)
    body = wrapped("tbody", parted)
    table = wrapped("table", chain((tag("thead", head),), body), class_="s-rows")
    return wrapped("div", table, class_="s-wide", role="group", aria_label=label, tabindex="0")


def _row(
    columns: Columns, numbers: Sequence[bool], entry: Entry, raw: Json, links: References, lowering: Lowering
) -> Markup:
    found = links.link(entry.id)
    name = tag("a", titled(entry), href=found.href) if found else titled(entry)
    lines = zip(columns.lines(raw, lowering), numbers, strict=True)
    cells = (
        tag("td", tag("div", render_line(line)) if line else EMPTY, class_="s-n" if right else None)
        for line, right in lines
    )
    return tag("tr", tag("th", name, scope="row"), *cells)


def _description(raw: Json, links: References) -> nodes.Line:
    try:
        return lower_rich_text(raw.get("description") or [], context=links)
    except Unreadable:
        return UNREADABLE
