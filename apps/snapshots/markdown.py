"""Any object of a snapshot as Markdown: a page with its comments, a database with the tables of its rows."""

from collections.abc import Callable, Iterator
from typing import Any

from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.lowering import Context, Lowering
from apps.notion.markdown import render_markdown
from apps.notion.markdown.discussions import write_comment, write_place
from apps.notion.markdown.tables import (
    UNREADABLE,
    column_names,
    write_description,
    write_head,
    write_heading,
    write_row,
    write_view,
)
from apps.notion.refusals import Unreadable
from apps.snapshots import selectors
from apps.snapshots.discussions import said_on
from apps.snapshots.models import Kind, Snapshot
from apps.snapshots.reading import SnapshotContext
from apps.snapshots.selectors import StoredObject

Json = dict[str, Any]
MOST_ROWS = 1_000
"""Rows of a data source that its Markdown holds; an export holds all."""
BATCH = 200
NO_ROWS = "The rows of this database are not in the snapshot."


def markdown_of(
    snapshot: Snapshot, stored: StoredObject, blocks: list[Json], context: SnapshotContext, *, rows: int = MOST_ROWS
) -> str:
    """``blocks`` are those of a page or row. What cannot be read is said to be so, and so is an incomplete snapshot."""
    said = f"> **{snapshot.gap}**\n\n" if snapshot.gap else ""
    return said + _markdown_of(snapshot, stored, blocks, context, rows)


def _markdown_of(
    snapshot: Snapshot, stored: StoredObject, blocks: list[Json], context: SnapshotContext, rows: int
) -> str:
    if stored.kind in (Kind.DATA_SOURCE, Kind.DATABASE):
        return "\n\n".join(part.strip("\n") for part in _database(snapshot, stored, context, rows) if part) + "\n"
    text = render_markdown(build_document(stored.raw, blocks, context=context))
    talk = "\n\n".join(_talk(snapshot, stored, blocks, context))
    return "\n\n".join(part.strip("\n") for part in (text, talk) if part) + "\n"


def _talk(snapshot: Snapshot, stored: StoredObject, blocks: list[Json], context: Context) -> Iterator[str]:
    said = said_on(snapshot, stored.id)
    if said:
        yield "## Comments"
    last = None
    for one in said:
        place = write_place(one.discussion.on, blocks) if one.discussion.id != last else ""
        last = one.discussion.id
        if place:
            yield place
        try:
            yield write_comment(one.comment, one.author, context)
        except Unreadable:
            yield f"> {UNREADABLE}"


def _database(snapshot: Snapshot, stored: StoredObject, context: SnapshotContext, rows: int) -> Iterator[str]:
    document = build_document(stored.raw, (), context=context)
    yield render_markdown(nodes.Document(id="", title=document.title)) or "# Untitled"
    said = _description(stored, context)
    yield said
    sources = _sources(snapshot, stored)
    if not sources:
        yield NO_ROWS
    for source in sources:
        if len(sources) > 1:
            yield write_heading(2, source.title)
        if (more := _description(source, context)) != said:
            yield more
        yield from _table(snapshot, source, context, rows)
    holders = [stored, *(source for source in sources if source is not stored)]
    if views := [view for holder in holders for view in selectors.views(snapshot, holder.id)]:
        yield "## Views"
        yield "".join(write_view(view.title, str(view.raw.get("type") or "")) for view in views)


def _description(stored: StoredObject, context: Context) -> str:
    try:
        return write_description(stored.raw, context)
    except Unreadable:
        return UNREADABLE


def _sources(snapshot: Snapshot, stored: StoredObject) -> list[StoredObject]:
    if stored.kind == Kind.DATA_SOURCE:
        return [stored]
    below = selectors.children(snapshot, stored.id).entries
    return [selectors.get_object(snapshot, entry.id) for entry in below if entry.kind == Kind.DATA_SOURCE]


def _table(snapshot: Snapshot, source: StoredObject, context: SnapshotContext, most: int) -> Iterator[str]:
    names = column_names(source.raw)
    found = selectors.table(snapshot, source.id).rows
    written = [write_head(names)]
    for start in range(0, min(most, len(found)), BATCH):
        written += context.drawn(_drawing(names, found[start : min(start + BATCH, most)]))
    yield "".join(written)
    if len(found) > most:
        yield f"{len(found) - most:,} more rows are not shown here. An export holds all {len(found):,}."


def _drawing(names: list[str], rows: list[StoredObject]) -> Callable[[Context], list[str]]:
    return lambda context: [_row(names, row, context) for row in rows]


def _row(names: list[str], row: StoredObject, context: Context) -> str:
    link = context.link(str(row.id))
    title = nodes.Text(row.title or "Untitled", href=nodes.Href(link.href, trusted=True) if link else None)
    return write_row(names, title, row.raw.get("properties") or {}, Lowering(context))
