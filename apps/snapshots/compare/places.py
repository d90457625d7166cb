"""Where objects lie: the titles above them, looked up for many at once."""

from collections.abc import Iterable
from uuid import UUID

from apps.snapshots.models import Snapshot
from apps.snapshots.store.versions import alive_at

LEVELS = 2


def places(snapshot: Snapshot, parents: Iterable[UUID | None]) -> dict[UUID, str]:
    """For each parent that the snapshot holds: its title after the title above it, ``Company wiki / Engineering``."""
    wanted = {parent for parent in parents if parent is not None}
    known: dict[UUID, tuple[str, UUID | None]] = {}
    asked = set(wanted)
    for _ in range(LEVELS):
        if not asked:
            break
        rows = alive_at(snapshot.workspace_id, snapshot.number).filter(object__in=asked)
        found = {key: (title, above) for key, title, above in rows.values_list("object", "title", "parent")}
        known |= found
        asked = {above for _, above in found.values() if above is not None} - known.keys()
    return {parent: _written(parent, known) for parent in wanted if parent in known}


def _written(parent: UUID, known: dict[UUID, tuple[str, UUID | None]]) -> str:
    title, above = known[parent]
    over = known.get(above) if above is not None else None
    words = title or "Untitled"
    return f"{over[0] or 'Untitled'} / {words}" if over is not None and over[0] != title else words
