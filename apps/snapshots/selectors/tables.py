"""The rows of a data source as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload
from uuid import UUID

from django.db.models import QuerySet

from apps.snapshots.models import Kind, ObjectVersion, Snapshot
from apps.snapshots.selectors.objects import StoredObject, get_object, stored_object
from apps.snapshots.store.versions import alive_at

Json = dict[str, Any]


class Rows(Sequence[StoredObject]):
    """Rows in the order of their creation, read as they are asked for: what a ``Paginator`` takes."""

    def __init__(self, rows: QuerySet[ObjectVersion]) -> None:
        self._rows = rows
        self._count: int | None = None

    def __len__(self) -> int:
        if self._count is None:
            self._count = self._rows.count()
        return self._count

    @overload
    def __getitem__(self, index: int) -> StoredObject: ...

    @overload
    def __getitem__(self, index: slice) -> list[StoredObject]: ...

    def __getitem__(self, index: int | slice) -> StoredObject | list[StoredObject]:
        if isinstance(index, slice):
            return [stored_object(row) for row in self._rows[index]]
        return stored_object(self._rows[index])


@dataclass(frozen=True, slots=True)
class Table:
    """``columns`` are the properties of the schema as Notion describes them, the title first, then by name."""

    source: StoredObject
    columns: list[Json]
    rows: Rows


def table(snapshot: Snapshot, data_source: UUID) -> Table:
    """Raises ``NotFound`` when the snapshot does not hold the data source."""
    source = get_object(snapshot, data_source)
    schema: dict[str, Json] = source.raw.get("properties") or {}
    columns = sorted(schema.values(), key=lambda column: (column.get("type") != "title", str(column.get("name"))))
    alive = alive_at(snapshot.workspace_id, snapshot.number).filter(parent=data_source, kind=Kind.ROW)
    return Table(source, columns, Rows(alive.order_by("sort_key")))
