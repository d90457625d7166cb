"""Objects that were moved or renamed and are otherwise as they were.

The store knows an object's place and name apart, but both also stand in its JSON, so every moved or renamed object
has another digest. Whether more than that changed, only its bodies tell.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from apps.snapshots.compare.changes import Changed, Filters, counts, every, partners
from apps.snapshots.compare.marks import Mark, weights_with
from apps.snapshots.compare.pair import Pair
from apps.snapshots.models import ObjectVersion
from apps.snapshots.store.bodies import decompress

Json = dict[str, Any]
OPENED = 500
"""Moved and renamed objects that are opened to count which of them changed as well."""
STAMPS = frozenset({"last_edited_time", "last_edited_by"})
NAMES = frozenset({"title", "name", "url"})
"""Where a name stands in an object's own JSON; a page's address holds its title."""
PLACES = frozenset({"parent", "database_parent"})


def is_uncertain(change: Changed) -> bool:
    """Moved or renamed: the mark ``changed`` may be due to that alone."""
    return bool(change.weight & (Mark.MOVED | Mark.RENAMED))


def quiet(pair: Pair, found: Iterable[Changed]) -> set[UUID]:
    """Those of ``found`` that were moved or renamed and nothing else."""
    uncertain = {change.object: change for change in found if is_uncertain(change)}
    if not uncertain:
        return set()
    rows = ObjectVersion.objects.filter(pk__in=[change.version for change in uncertain.values()])
    after = {object_id: bytes(body) for object_id, body in rows.values_list("object", "body")}
    before = partners(pair, uncertain).values_list("object", "body")
    return {object_id for object_id, body in before if _rest(bytes(body)) == _rest(after[object_id])}


def refined(pair: Pair, found: list[Changed]) -> list[Changed]:
    """The same changes without the mark ``changed`` where place and name are all that is new."""
    silent = quiet(pair, found)
    return [_without_change(change) if change.object in silent else change for change in found]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many objects changed, by weight and kind. ``silent`` were moved or renamed and nothing else.

    None: there are more than :data:`OPENED` that may be, so they count as changed.
    """

    counts: dict[tuple[int, str], int]
    silent: dict[UUID, str] | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def marked(self, mark: Mark, kind: str = "") -> int:
        """How many objects, of one kind or of all, have the mark."""
        wanted = weights_with(mark)
        found = sum(n for (weight, of), n in self.counts.items() if weight in wanted and (not kind or of == kind))
        if mark is Mark.CHANGED and self.silent:
            found -= sum(1 for of in self.silent.values() if not kind or of == kind)
        return found

    def of_kind(self, kind: str) -> int:
        return sum(count for (_, of), count in self.counts.items() if of == kind)


def tally(pair: Pair, filters: Filters) -> Tally:
    """Counts by mark and kind, whatever ``filters`` say of these two. Unpacks what was moved or renamed."""
    counted = counts(pair, filters)
    uncertain = {*weights_with(Mark.MOVED), *weights_with(Mark.RENAMED)}
    if sum(count for (weight, _), count in counted.items() if weight in uncertain) > OPENED:
        return Tally(counted, None)
    found: dict[UUID, Changed] = {}
    for mark in (Mark.MOVED, Mark.RENAMED):
        if any(weight & mark for weight, _ in counted if weight in uncertain):
            wanted = Filters(mark, parent=filters.parent, words=filters.words)
            found |= {change.object: change for change in every(pair, wanted)}
    silent = quiet(pair, found.values())
    return Tally(counted, {object_id: found[object_id].kind for object_id in silent})


def _without_change(change: Changed) -> Changed:
    return Changed(
        change.weight & ~Mark.CHANGED,
        change.kind,
        change.object,
        change.title,
        change.parent,
        change.lines,
        change.version,
    )


def _rest(body: bytes) -> tuple[Json, bytes]:
    """What an object holds besides place and name, and what is in it."""
    own, _, inside = decompress(body).partition(b"\n")
    raw: Json = orjson.loads(own)
    kept = {name: value for name, value in raw.items() if name not in STAMPS | NAMES | PLACES}
    if isinstance(kept.get("properties"), dict):
        kept["properties"] = {key: value for key, value in kept["properties"].items() if not _is_title(value)}
    return kept, inside


def _is_title(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "title" and isinstance(value.get("title"), list)
