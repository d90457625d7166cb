"""The tree of a snapshot, a few hundred entries at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.db.models import Count, QuerySet

from apps.core.errors import Invalid
from apps.core.ordering import Bytewise
from apps.snapshots.capture.content import OWN_OBJECTS
from apps.snapshots.models import Kind, ObjectVersion, Snapshot
from apps.snapshots.store.bodies import own_json, read_lines
from apps.snapshots.store.chunks import chunk_loader
from apps.snapshots.store.roots import TREE, find_roots
from apps.snapshots.store.versions import alive_at

AT_ONCE = 200
DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """An object as the tree shows it. ``count`` is how many entries lie directly below it."""

    id: UUID
    kind: str
    parent: UUID | None
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Some siblings in order, and how many there are. ``next`` goes on after them; empty at the end."""

    entries: list[Entry]
    total: int
    next: str = ""


def roots(snapshot: Snapshot, after: str = "", limit: int = AT_ONCE) -> Slice:
    """The topmost pages and databases, by title."""
    ids = find_roots(snapshot) if snapshot.is_open else [UUID(root) for root in snapshot.roots]
    return _ordered(snapshot, ids, after, limit)


def children(snapshot: Snapshot, parent: UUID, after: str = "", limit: int = AT_ONCE) -> Slice:
    """What lies below an object: in a page by its place in the text, in a data source by creation.

    An unknown parent has no children. Raises :class:`Invalid` for an ``after`` that no slice gave.
    """
    holder = alive_at(snapshot.workspace_id, snapshot.number).filter(object=parent, kind__in=TREE).first()
    if holder is None:
        return Slice([], 0)
    if holder.kind == Kind.DATA_SOURCE:
        return _rows(snapshot, parent, after, limit)
    named = _named_sources(holder) if holder.kind == Kind.DATABASE else _named_in_text(holder)
    return _ordered(snapshot, _complete(snapshot, parent, named), after, limit)


def _named_sources(database: ObjectVersion) -> list[UUID]:
    sources = own_json(bytes(database.body)).get("data_sources") or ()
    return [UUID(source["id"]) for source in sources]


def _named_in_text(page: ObjectVersion) -> list[UUID]:
    """The child pages and databases of a page in the order of its blocks."""
    named: list[UUID] = []
    for line in read_lines(bytes(page.body), chunk_loader(page.workspace_id)):
        if b'"type":"child_' in line:
            block = orjson.loads(line)
            if block.get("type") in OWN_OBJECTS:
                named.append(UUID(block["id"]))
    return named


def _complete(snapshot: Snapshot, parent: UUID, named: Sequence[UUID]) -> list[UUID]:
    """The named children that the snapshot holds, then any others that say they lie here."""
    below = alive_at(snapshot.workspace_id, snapshot.number).filter(parent=parent, kind__in=TREE)
    held = dict.fromkeys(below.order_by("sort_key").values_list("object", flat=True))
    first = [child for child in dict.fromkeys(named) if child in held]
    taken = set(first)
    return first + [child for child in held if child not in taken]


def _ordered(snapshot: Snapshot, ids: Sequence[UUID], after: str, limit: int) -> Slice:
    start = position(after)
    wanted = ids[start : start + limit]
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(object__in=wanted)
    entries = {entry.id: entry for entry in entries_of(snapshot, rows)}
    following = str(start + limit) if start + limit < len(ids) else ""
    return Slice([entries[child] for child in wanted if child in entries], len(ids), following)


def position(after: str) -> int:
    """Where an ordered listing goes on. Raises :class:`Invalid`."""
    if after and not (after.isascii() and after.isdigit() and len(after) < 10):
        raise Invalid("`after` is the `next` of the answer before.", field="after")
    return int(after or 0)


def _rows(snapshot: Snapshot, source: UUID, after: str, limit: int) -> Slice:
    kinds = (Kind.ROW, Kind.TEMPLATE)
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(parent=source, kind__in=kinds).order_by("sort_key")
    total = rows.count()
    page = list(
        rows.filter(sort_key__gt=after).defer("body")[: limit + 1] if after else rows.defer("body")[: limit + 1]
    )
    shown = page[:limit]
    following = shown[-1].sort_key if len(page) > limit else ""
    return Slice(_with_counts(snapshot, shown), total, following)


def entries_of(snapshot: Snapshot, rows: QuerySet[ObjectVersion]) -> list[Entry]:
    return _with_counts(snapshot, rows.defer("body"))


def _with_counts(snapshot: Snapshot, rows: Iterable[ObjectVersion]) -> list[Entry]:
    found = list(rows)
    below = alive_at(snapshot.workspace_id, snapshot.number).filter(
        parent__in=[row.object for row in found], kind__in=TREE
    )
    counts = dict(below.order_by().values_list("parent").annotate(count=Count("pk")))
    return [Entry(row.object, row.kind, row.parent, row.title, counts.get(row.object, 0)) for row in found]


def ancestors(snapshot: Snapshot, object_id: UUID) -> list[Entry]:
    """The way from the top down to an object, without itself. Empty for a root and for an unknown object."""
    alive = alive_at(snapshot.workspace_id, snapshot.number).filter(kind__in=TREE).defer("body")
    way: list[ObjectVersion] = []
    here = alive_at(snapshot.workspace_id, snapshot.number).filter(object=object_id).defer("body").first()
    while here is not None and here.parent is not None and len(way) < DEEPEST:
        here = alive.filter(object=here.parent).first()
        if here is None or here in way:
            break
        way.append(here)
    return _with_counts(snapshot, reversed(way))


def search(snapshot: Snapshot, words: str, limit: int = AT_ONCE) -> Slice:
    """Pages, rows and databases whose title contains the words, by title."""
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(kind__in=TREE, title__icontains=words)
    return Slice(entries_of(snapshot, rows.order_by(Bytewise("title"), "object")[:limit]), rows.count())
