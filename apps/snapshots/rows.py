"""The rows of a data source as lines of neutral nodes, a page of them at a time."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from apps.core.errors import NotFound
from apps.notion import nodes
from apps.notion.lowering import Context, Lowering
from apps.notion.number_formats import format_of, formatted_line
from apps.notion.properties import PropertyValue, parse_property
from apps.notion.refusals import Unreadable
from apps.snapshots.models import Snapshot
from apps.snapshots.reading import SnapshotContext
from apps.snapshots.selectors import StoredObject, get_object

Json = dict[str, Any]
UNREADABLE = (nodes.Text("(unreadable; see the row's JSON)"),)


def lines_of_rows(
    rows: Iterable[StoredObject], columns: Sequence[Json], formats: dict[str, str], context: SnapshotContext
) -> list[list[nodes.Line]]:
    """The values of each row by column. All that they link to is looked up at once."""
    parsed = [_values(row, columns) for row in rows]
    wanted = [formats.get(str(column.get("id"))) for column in columns]

    def draw(context: Context) -> list[list[nodes.Line]]:
        lowering = Lowering(context)
        return [
            [_line(value, lowering, known) for value, known in zip(values, wanted, strict=True)] for values in parsed
        ]

    return context.drawn(draw)


def _values(row: StoredObject, columns: Sequence[Json]) -> list[PropertyValue | nodes.Line]:
    """Properties are matched by id, because names may change."""
    values = {raw.get("id"): raw for raw in (row.raw.get("properties") or {}).values()}
    return [_value(values.get(column.get("id"))) for column in columns]


def _value(raw: Json | None) -> PropertyValue | nodes.Line:
    if raw is None:
        return ()
    try:
        return parse_property(raw)
    except Unreadable:
        return UNREADABLE


def _line(value: PropertyValue | nodes.Line, lowering: Lowering, number_format: str | None) -> nodes.Line:
    return value if isinstance(value, tuple) else formatted_line(value, lowering, number_format)


def number_formats(snapshot: Snapshot, schema: Json) -> dict[str, str]:
    """Id of a property → the format of its numbers; that of a rollup is found in the data source it gathers from."""
    beyond: dict[str, Json] = {}
    found = {
        str(column.get("id")): format_of(column, _rolled_up(snapshot, column, schema, beyond))
        for column in schema.values()
    }
    return {property_id: known for property_id, known in found.items() if known}


def formats_of_row(snapshot: Snapshot, row: StoredObject) -> dict[str, str]:
    return number_formats(snapshot, _schema(snapshot, str(row.parent))) if row.parent else {}


def _rolled_up(snapshot: Snapshot, column: Json, schema: Json, beyond: dict[str, Json]) -> Json | None:
    config = column.get("rollup")
    if not isinstance(config, dict):
        return None
    relation = _property(schema, config.get("relation_property_id"), config.get("relation_property_name"))
    source = str(((relation or {}).get("relation") or {}).get("data_source_id") or "")
    if not source:
        return None
    if source not in beyond:
        beyond[source] = _schema(snapshot, source)
    return _property(beyond[source], config.get("rollup_property_id"), config.get("rollup_property_name"))


def _property(schema: Json, property_id: str | None, name: str | None) -> Json | None:
    return next(
        (one for one in schema.values() if property_id and one.get("id") == property_id), schema.get(name or "")
    )


def _schema(snapshot: Snapshot, data_source: str) -> Json:
    """Empty when the snapshot does not hold it."""
    try:
        return get_object(snapshot, UUID(data_source)).raw.get("properties") or {}
    except (NotFound, ValueError):
        return {}
