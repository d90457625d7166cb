"""Which objects changed between two snapshots. Only versions that began or ended between them are looked at.

With L and H the lower and the higher number, a changed object has a version that only L sees (``until_no`` in
(L, H]), one that only H sees (``from_no`` in (L, H]), or both. Two that are equal cancel out: A → C → A is no change.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from apps.snapshots.compare.marks import Mark, weights_with
from apps.snapshots.compare.pair import Pair
from apps.snapshots.models import Kind
from apps.snapshots.store.versions import CLOSED, alive_at

AT_ONCE = 200
NOWHERE = UUID(int=0)
NAMELESS = (Kind.DISCUSSION, Kind.BLOCK_DISCUSSION)
"""Their title is the beginning of what was said, so another one is an edit and no new name."""
Rows: TypeAlias = "QuerySet[Any]"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which changes are wanted: of a mark, of a kind of object, directly below an object, with words in the title."""

    mark: Mark | None = None
    kind: str = ""
    parent: UUID | None = None
    words: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.mark or self.kind or self.parent or self.words)


@dataclass(frozen=True, slots=True)
class Changed:
    """An object that changed. ``weight`` is the sum of its marks; ``version`` the row that stands for it.

    That is its version in the snapshot after, or the one before when it was removed.
    """

    weight: int
    kind: str
    object: UUID
    title: str
    parent: UUID | None
    lines: int
    version: int

    @property
    def is_removed(self) -> bool:
        return self.weight == Mark.REMOVED


FIELDS = ("weight", "kind", "object", "title", "parent", "lines", "pk")
"""In the order of :class:`Changed`."""


def counts(pair: Pair, filters: Filters = Filters()) -> dict[tuple[int, str], int]:
    """How many objects changed, by weight and kind. ``filters.mark`` and ``filters.kind`` do not narrow it."""
    wide = Filters(parent=filters.parent, words=filters.words)
    found: dict[tuple[int, str], int] = {}
    for rows in (_appearing(pair, wide), _vanishing(pair, wide)):
        for weight, kind, count in rows.order_by().values_list("weight", "kind").annotate(count=Count("pk")):
            found[weight, kind] = found.get((weight, kind), 0) + count
    return found


def first(pair: Pair, filters: Filters, limit: int) -> list[Changed]:
    """Up to ``limit`` changes in no order that a reader would see; each version is weighed once."""
    appearing = _of_kind(_weighing(pair, filters), filters)
    if filters.mark is not None:
        appearing = appearing.filter(weight__in=weights_with(filters.mark))
    differing = (row for row in appearing.values_list(*FIELDS).iterator() if row[0])
    found = [Changed(*row) for row in islice(differing, limit)]
    if len(found) < limit and filters.mark in (None, Mark.REMOVED):
        rows = _of_kind(_vanishing(pair, filters), filters)
        found += [Changed(*row) for row in rows.values_list(*FIELDS)[: limit - len(found)]]
    return found


def follow(pair: Pair, filters: Filters, after: str = "", limit: int = AT_ONCE) -> tuple[list[Changed], str]:
    """Some of the changes in the order of the store's index, and where to go on. Each call costs the same.

    ``after`` is empty or what the call before gave, checked by :func:`apps.snapshots.compare.cursor.parsed`.
    """
    part, edge, last = after.split(".") if after else ("a", "0", "0")
    taken: list[tuple[Any, ...]] = []
    if part == "a":
        rows = _narrowed(_appearing(pair, filters), filters)
        taken = _slice(rows, _after_edge(pair), int(edge), int(last), limit + 1)
        if len(taken) > limit:
            return _changed(taken[:limit]), f"a.{taken[limit - 1][-1]}.{taken[limit - 1][-2]}"
        edge, last = "0", "0"
    rows = _narrowed(_vanishing(pair, filters), filters)
    more = _slice(rows, _before_edge(pair), int(edge), int(last), limit + 1 - len(taken))
    room = limit - len(taken)
    if len(more) <= room:
        return _changed(taken + more), ""
    kept = more[:room]
    following = f"b.{kept[-1][-1]}.{kept[-1][-2]}" if kept else "b.0.0"
    return _changed(taken + kept), following


def every(pair: Pair, filters: Filters = Filters()) -> Iterator[Changed]:
    """All changes in the order of :func:`follow`."""
    after = ""
    while True:
        found, after = follow(pair, filters, after)
        yield from found
        if not after:
            return


def one(pair: Pair, object_id: UUID) -> Changed | None:
    """What happened to an object; None when it is the same in both, or in neither."""
    for rows in (_appearing(pair, Filters()), _vanishing(pair, Filters())):
        if row := rows.filter(object=object_id).values_list(*FIELDS).first():
            return Changed(*row)
    return None


def partners(pair: Pair, objects: Iterable[UUID]) -> Rows:
    """The versions before of objects that are in both snapshots."""
    return alive_at(pair.workspace_id, pair.before.number).filter(object__in=list(objects))


def _changed(rows: list[tuple[Any, ...]]) -> list[Changed]:
    return [Changed(*row[: len(FIELDS)]) for row in rows]


def _slice(rows: Rows, edge: str, number: int, last: int, limit: int) -> list[tuple[Any, ...]]:
    beyond = Q(**{f"{edge}__gt": number}) | Q(**{edge: number, "pk__gt": last})
    if number:
        rows = rows.filter(beyond, **{f"{edge}__gte": number})
    return list(rows.order_by(edge, "pk").values_list(*FIELDS, edge)[:limit])


def _of_kind(rows: Rows, filters: Filters) -> Rows:
    return rows.filter(kind=filters.kind) if filters.kind else rows


def _narrowed(rows: Rows, filters: Filters) -> Rows:
    rows = _of_kind(rows, filters)
    return rows.filter(weight__in=weights_with(filters.mark)) if filters.mark is not None else rows


def _appearing(pair: Pair, filters: Filters) -> Rows:
    """Versions that only the snapshot after sees, each with the weight of its change."""
    return _weighing(pair, filters).exclude(weight=0)


def _weighing(pair: Pair, filters: Filters) -> Rows:
    """The same with those of weight 0, whose version before is equal. SQLite weighs again for each condition."""
    before = alive_at(pair.workspace_id, pair.before.number).filter(object=OuterRef("object"))
    weight = Coalesce(Subquery(_weighed(before).values("weight")[:1]), Value(int(Mark.ADDED)))
    rows: Rows = _wanted(_only_after(pair), filters).annotate(weight=weight)
    return rows


def _vanishing(pair: Pair, filters: Filters) -> Rows:
    """Versions that only the snapshot before sees and that nothing has replaced."""
    replaced = Exists(alive_at(pair.workspace_id, pair.after.number).filter(object=OuterRef("object")))
    weight = Value(int(Mark.REMOVED), output_field=IntegerField())
    rows: Rows = _wanted(_only_before(pair), filters).filter(~replaced).annotate(weight=weight)
    return rows


def _wanted(rows: Rows, filters: Filters) -> Rows:
    if filters.parent is not None:
        rows = rows.filter(parent=filters.parent)
    return rows.filter(title__icontains=filters.words) if filters.words else rows


def _weighed(before: Rows) -> Rows:
    """Versions before, with the sum of their marks against the outer query's version after."""
    parent = Coalesce(OuterRef("parent"), Value(NOWHERE, output_field=UUIDField()))
    here = Coalesce("parent", Value(NOWHERE, output_field=UUIDField()))
    moved = Case(When(here=parent, then=Value(0)), default=Value(int(Mark.MOVED)))
    same_name = Q(title=OuterRef("title")) | Q(kind__in=NAMELESS)
    renamed = Case(When(same_name, then=Value(0)), default=Value(int(Mark.RENAMED)))
    same = Q(digest=OuterRef("digest"), held=Coalesce(OuterRef("file_id"), Value(0)))
    changed = Case(When(same, then=Value(0)), default=Value(int(Mark.CHANGED)))
    rows: Rows = before.annotate(here=here, held=Coalesce("file_id", Value(0))).annotate(
        weight=moved + renamed + changed
    )
    return rows


def _only_after(pair: Pair) -> Rows:
    return _only_low(pair) if pair.is_reversed else _only_high(pair)


def _only_before(pair: Pair) -> Rows:
    return _only_high(pair) if pair.is_reversed else _only_low(pair)


def _only_high(pair: Pair) -> Rows:
    """Versions of the higher number that began after the lower one."""
    return alive_at(pair.workspace_id, pair.high).filter(from_no__gt=pair.low, from_no__lte=pair.high)


def _only_low(pair: Pair) -> Rows:
    """Versions of the lower number that ended up to the higher one."""
    return alive_at(pair.workspace_id, pair.low).filter(CLOSED, until_no__gt=pair.low, until_no__lte=pair.high)


def _after_edge(pair: Pair) -> str:
    return "until_no" if pair.is_reversed else "from_no"


def _before_edge(pair: Pair) -> str:
    return "from_no" if pair.is_reversed else "until_no"
