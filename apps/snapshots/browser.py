"""The snapshot browser: the tree on the left, the reader on the right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString

from apps.notion import nodes
from apps.notion.document import build_document, lower_rich_text
from apps.notion.html import render_html, render_icon, render_line
from apps.notion.refusals import Unreadable
from apps.snapshots import selectors
from apps.snapshots.discussions import Said, said_on
from apps.snapshots.markdown import markdown_of
from apps.snapshots.models import Kind, Snapshot
from apps.snapshots.reading import SnapshotContext
from apps.snapshots.rows import formats_of_row, lines_of_rows, number_formats
from apps.snapshots.selectors import Entry, Slice, StoredObject

LONGEST = 2_000
"""Blocks that the reader shows at once."""
ROWS = 50
EMPTY = SafeString("")
UNREADABLE_COMMENT = SafeString("(unreadable; see the JSON)")
NUMERIC = frozenset({"number", "unique_id"})
Hrefs = Callable[[UUID], str]


@dataclass(slots=True)
class Node:
    """One line of the tree; see ``components/tree_node.html``."""

    title: str
    href: str
    kind: str
    count: int
    active: bool = False
    open: bool = False
    children: list["Node"] = field(default_factory=list)
    hidden: int = 0


def tree(snapshot: Snapshot, chosen: UUID | None, href: Hrefs) -> tuple[list[Node], int]:
    """The roots with the way to the chosen object open, and how many roots are not shown."""
    way = [entry.id for entry in selectors.ancestors(snapshot, chosen)] if chosen else []
    tops = selectors.roots(snapshot)
    nodes = _nodes(tops, chosen, href)
    level = {entry.id: node for entry, node in zip(tops.entries, nodes, strict=True)}
    for opened in [*way, chosen]:
        node = level.get(opened) if opened else None
        if opened is None or node is None:
            break
        below = selectors.children(snapshot, opened)
        node.open, node.children = True, _nodes(below, chosen, href)
        node.hidden = below.total - len(below.entries)
        level = {entry.id: child for entry, child in zip(below.entries, node.children, strict=True)}
    return nodes, tops.total - len(tops.entries)


def found(snapshot: Snapshot, words: str, chosen: UUID | None, href: Hrefs) -> tuple[list[Node], int]:
    """What a search finds, as a flat tree, and how many more there are."""
    matches = selectors.search(snapshot, words)
    nodes = _nodes(matches, chosen, href)
    return nodes, matches.total - len(nodes)


def _nodes(some: Slice, chosen: UUID | None, href: Hrefs) -> list[Node]:
    def node(entry: Entry) -> Node:
        return Node(entry.title, href(entry.id), entry.kind, entry.count, active=entry.id == chosen)

    return [node(entry) for entry in some.entries]


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    html: SafeString
    at: datetime | None


@dataclass(slots=True)
class Reader:
    """One object as the reader shows it; see ``snapshots/snapshot_detail.html``."""

    object_id: UUID
    kind: str
    title: str
    html: SafeString = EMPTY
    icon: SafeString = EMPTY
    about: SafeString = EMPTY
    markdown: str = ""
    json: str = ""
    columns: list[tuple[str, bool]] = field(default_factory=list)
    rows: list[tuple[str, list[tuple[SafeString, bool]]]] = field(default_factory=list)
    page: Page[Any] | None = None
    comments: list[Comment] = field(default_factory=list)
    hidden: int = 0
    problem: str = ""


def read(snapshot: Snapshot, object_id: UUID, mode: str, number: str, context: SnapshotContext, href: Hrefs) -> Reader:
    """Raises ``NotFound`` when the snapshot does not hold the object. ``number`` is the page of a table's rows."""
    stored = selectors.get_object(snapshot, object_id)
    reader = Reader(object_id, str(Kind(stored.kind).value).replace("_", " "), stored.title or "Untitled")
    if mode == "json":
        reader.json = _json(snapshot, stored, reader)
    elif mode == "page" and stored.kind in (Kind.DATA_SOURCE, Kind.DATABASE):
        _fill_table(snapshot, stored, reader, number, context, href)
    else:
        _fill_document(snapshot, stored, reader, mode, context)
    return reader


def _blocks(snapshot: Snapshot, stored: StoredObject, reader: Reader) -> list[dict[str, Any]]:
    reader.hidden = max(0, stored.lines - LONGEST)
    return list(islice(selectors.blocks(snapshot, stored.id), LONGEST)) if stored.lines else []


def _json(snapshot: Snapshot, stored: StoredObject, reader: Reader) -> str:
    whole: dict[str, Any] = {"incomplete": snapshot.gap} if snapshot.gap else {}
    whole["object"] = stored.raw
    if stored.lines:
        whole["inside"] = _blocks(snapshot, stored, reader)
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()


def _fill_document(
    snapshot: Snapshot, stored: StoredObject, reader: Reader, mode: str, context: SnapshotContext
) -> None:
    inside = _blocks(snapshot, stored, reader) if stored.kind in (Kind.PAGE, Kind.ROW, Kind.TEMPLATE) else []
    try:
        if mode == "markdown":
            reader.markdown = markdown_of(snapshot, stored, inside, context)
            return
        formats = formats_of_row(snapshot, stored) if stored.kind == Kind.ROW else {}
        document = build_document(stored.raw, inside, context=context, formats=formats)
    except Unreadable as error:
        reader.problem = f"This object has a shape that we do not know: {error}. It is kept as it is; see its JSON."
        return
    reader.html = SafeString(render_html(document))
    reader.comments = list(_comments(snapshot, stored.id, context))


def _comments(snapshot: Snapshot, page: UUID, context: SnapshotContext) -> list[Comment]:
    return [_comment(one, context) for one in said_on(snapshot, page)]


def _comment(one: Said, context: SnapshotContext) -> Comment:
    try:
        html = _html(lower_rich_text(one.comment.get("rich_text") or [], context=context))
    except Unreadable:
        html = UNREADABLE_COMMENT
    return Comment(one.author, html, _moment(str(one.comment.get("created_time") or "")))


def _moment(iso: str) -> datetime | None:
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None


def _html(line: nodes.Line) -> SafeString:
    return SafeString(str(render_line(line)))


def _fill_table(
    snapshot: Snapshot, stored: StoredObject, reader: Reader, number: str, context: SnapshotContext, href: Hrefs
) -> None:
    _fill_head(stored, reader, context)
    if stored.kind == Kind.DATABASE:
        sources = selectors.children(snapshot, stored.id)
        if len(sources.entries) != 1:
            _fill_sources(sources.entries, reader, href)
            return
        stored = selectors.get_object(snapshot, sources.entries[0].id)
        _fill_head(stored, reader, context)
    table = selectors.table(snapshot, stored.id)
    formats = number_formats(snapshot, stored.raw.get("properties") or {})
    numeric = [c.get("type") in NUMERIC or str(c.get("id")) in formats for c in table.columns]
    reader.columns = [(str(c.get("name", "")), right) for c, right in zip(table.columns, numeric, strict=True)]
    reader.page = Paginator(table.rows, ROWS).get_page(number)
    rows = list(reader.page)
    drawn = lines_of_rows(rows, table.columns, formats, context)
    reader.rows = [(href(row.id), _cells(lines, numeric)) for row, lines in zip(rows, drawn, strict=True)]


def _fill_head(stored: StoredObject, reader: Reader, context: SnapshotContext) -> None:
    """Icon and description: the database's, and the data source's where the database says nothing."""
    icon = build_document(stored.raw, (), context=context).icon
    reader.icon = reader.icon or SafeString(str(render_icon(icon)))
    try:
        reader.about = reader.about or _html(lower_rich_text(stored.raw.get("description") or [], context=context))
    except Unreadable:
        reader.problem = "The description has a shape that we do not know. It is kept as it is; see the JSON."


def _fill_sources(sources: Sequence[Entry], reader: Reader, href: Hrefs) -> None:
    reader.columns = [("Data source", False), ("Rows", True)]
    reader.rows = [
        (href(entry.id), [(_words(entry.title), False), (_words(f"{entry.count:,}"), True)]) for entry in sources
    ]


def _cells(lines: list[nodes.Line], numeric: list[bool]) -> list[tuple[SafeString, bool]]:
    """The first cell is the link to the row, so no other link can stand in it."""
    first, *others = zip(lines, numeric, strict=True)
    return [(_words(nodes.plain(first[0])), first[1]), *((_html(line), right) for line, right in others)]


def _words(text: str) -> SafeString:
    return _html((nodes.Text(text),))
