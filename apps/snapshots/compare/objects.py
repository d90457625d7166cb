"""What changed in one object. Its two versions are unpacked when it is looked at."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.core.errors import NotFound
from apps.snapshots.compare import changes, quiet
from apps.snapshots.compare.blocks import FieldChange
from apps.snapshots.compare.marks import Mark
from apps.snapshots.compare.own import own_changes
from apps.snapshots.compare.pages import PageDifference, compare_pages
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.places import places
from apps.snapshots.compare.properties import PropertyChange, Reading, property_changes
from apps.snapshots.compare.schema import ColumnChange, schema_changes
from apps.snapshots.models import Kind, ObjectVersion, Snapshot
from apps.snapshots.reading import SnapshotContext
from apps.snapshots.rows import formats_of_row
from apps.snapshots.selectors.objects import stored_object
from apps.snapshots.store.bodies import own_json
from apps.snapshots.store.versions import alive_at

Json = dict[str, Any]
EDITED = ("last_edited_time", "last_edited_by")


@dataclass(frozen=True, slots=True)
class Side:
    """An object in one of the two snapshots. ``place`` is what lies above it, in words; ``edited`` Notion's time."""

    title: str
    parent: UUID | None
    place: str
    lines: int
    since: int
    edited: str


@dataclass(frozen=True, slots=True)
class Difference:
    """``weight`` 0: it is the same in both. ``columns`` are those of a data source, ``page`` is what lies inside."""

    object: UUID
    kind: str
    weight: int
    before: Side | None
    after: Side | None
    page: PageDifference
    properties: list[PropertyChange] = field(default_factory=list)
    columns: list[ColumnChange] = field(default_factory=list)
    fields: list[FieldChange] = field(default_factory=list)

    @property
    def title(self) -> str:
        side = self.after or self.before
        return (side.title if side else "") or "Untitled"

    @property
    def is_only_touched(self) -> bool:
        """Edited, and left as it was: only the time of the last edit is new."""
        told = self.properties or self.columns or self.fields or self.page.counts.different
        return self.weight == Mark.CHANGED and not told


class Contexts:
    """Where references lead on each side; kept for as long as objects are looked at one after the other."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self.before, self.after = _words_only(pair.before), _words_only(pair.after)

    def readings(self, before: ObjectVersion | None, after: ObjectVersion | None) -> tuple[Reading, Reading]:
        return (
            Reading(self.before, _formats(self._pair.before, before)),
            Reading(self.after, _formats(self._pair.after, after)),
        )


def _words_only(snapshot: Snapshot) -> SnapshotContext:
    """Only titles are wanted, so links lead nowhere."""
    return SnapshotContext(snapshot, str, str)


def _formats(snapshot: Snapshot, version: ObjectVersion | None) -> dict[str, str]:
    if version is None or version.kind != Kind.ROW:
        return {}
    return formats_of_row(snapshot, stored_object(version))


def difference(pair: Pair, object_id: UUID, contexts: Contexts | None = None) -> Difference:
    """Raises :class:`NotFound` when neither snapshot holds the object."""
    before, after = _version(pair.before, object_id), _version(pair.after, object_id)
    shown = after or before
    if shown is None:
        raise NotFound("Neither of the two snapshots holds this object.")
    sides = (_side(pair.before, before), _side(pair.after, after))
    if before is not None and after is not None and before.pk == after.pk:
        return Difference(object_id, shown.kind, 0, *sides, compare_pages(None, None))
    return _compared(pair, shown, before, after, sides, contexts or Contexts(pair))


def _compared(
    pair: Pair,
    shown: ObjectVersion,
    before: ObjectVersion | None,
    after: ObjectVersion | None,
    sides: tuple[Side | None, Side | None],
    contexts: Contexts,
) -> Difference:
    change = changes.one(pair, shown.object)
    weight = quiet.refined(pair, [change])[0].weight if change is not None else 0
    old, new = _own(before), _own(after)
    is_table = shown.kind == Kind.DATA_SOURCE
    in_both = before is not None and after is not None
    return Difference(
        shown.object,
        shown.kind,
        weight,
        *sides,
        compare_pages(before, after),
        properties=[] if is_table else property_changes(old, new, contexts.readings(before, after)),
        columns=schema_changes(old, new) if is_table else [],
        fields=own_changes(old, new, renamed=bool(weight & Mark.RENAMED)) if in_both else [],
    )


def _own(version: ObjectVersion | None) -> Json:
    return own_json(bytes(version.body)) if version is not None else {}


def _version(snapshot: Snapshot, object_id: UUID) -> ObjectVersion | None:
    return alive_at(snapshot.workspace_id, snapshot.number).filter(object=object_id).first()


def _side(snapshot: Snapshot, version: ObjectVersion | None) -> Side | None:
    if version is None:
        return None
    above = places(snapshot, [version.parent])
    own = own_json(bytes(version.body))
    place = above.get(version.parent, "") if version.parent else ""
    edited = str(own.get("last_edited_time") or "")
    return Side(version.title, version.parent, place, version.lines, version.from_no, edited)
