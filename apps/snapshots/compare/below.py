"""What changed below an object: the rows of a data source, the pages, comments and views that lie directly in it."""

from dataclasses import dataclass, field
from uuid import UUID

from apps.snapshots.compare.changes import Changed, Filters
from apps.snapshots.compare.objects import Contexts
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.properties import PropertyChange, property_changes
from apps.snapshots.compare.quiet import refined
from apps.snapshots.compare.survey import survey
from apps.snapshots.models import Kind, ObjectVersion, Snapshot
from apps.snapshots.store.bodies import own_json
from apps.snapshots.store.versions import alive_at

SHOWN = 30
MOST = 1_000
"""Changes below an object that are put in order; of more than that the first are shown as they come."""


@dataclass(frozen=True, slots=True)
class Below:
    """The first changes directly below an object; ``total`` is how many there are."""

    total: int
    entries: list["Child"] = field(default_factory=list)

    @property
    def hidden(self) -> int:
        return self.total - len(self.entries)


@dataclass(frozen=True, slots=True)
class Child:
    """``properties`` are filled for rows that are in both snapshots."""

    change: Changed
    properties: list[PropertyChange]


def below(pair: Pair, object_id: UUID, contexts: Contexts, shown: int = SHOWN) -> Below:
    all_of_them = survey(pair, Filters(parent=object_id), MOST)
    found = refined(pair, all_of_them.found[:shown])
    rows = [change.object for change in found if change.kind == Kind.ROW]
    before, after = _versions(pair.before, rows), _versions(pair.after, rows)
    return Below(
        all_of_them.total,
        [Child(one, _cells(before.get(one.object), after.get(one.object), contexts)) for one in found],
    )


def _versions(snapshot: Snapshot, objects: list[UUID]) -> dict[UUID, ObjectVersion]:
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(object__in=objects)
    return {row.object: row for row in rows}


def _cells(before: ObjectVersion | None, after: ObjectVersion | None, contexts: Contexts) -> list[PropertyChange]:
    if before is None or after is None:
        return []
    return property_changes(own_json(bytes(before.body)), own_json(bytes(after.body)), contexts.readings(before, after))
