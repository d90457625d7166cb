"""Databases before 2025-09-03, when each was its own and only data source (reference: *Upgrading to 2025-09-03*).

One that has several by now is refused.
"""

from typing import Any

from apps.sandbox import access
from apps.sandbox.call import Call, endpoint
from apps.sandbox.endpoints.data_sources import QUERY, rows_of
from apps.sandbox.endpoints.database_writes import BARE_SCHEMA, change_database, make_database
from apps.sandbox.reading.databases import single_database_answer
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import DataSource
from apps.sandbox.writing.parents import only_source
from apps.sandbox.writing.pen import Pen, an_id, an_object
from apps.sandbox.writing.schema import write_schema

_SCHEMA = "body.properties"


def _asked_for(call: Call) -> DataSource:
    return only_source(call.connection.database(call.params["database_id"]))


@endpoint("GET", "/databases/{database_id}", apart=False)
def retrieve_database(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    return single_database_answer(call.reader, _asked_for(call))


@endpoint("POST", "/databases/{database_id}/query", QUERY, apart=False)
def query_database(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    return rows_of(call, _asked_for(call))


@endpoint("POST", "/databases", "parent title description is_inline icon cover properties", apart=False)
def create_database(call: Call) -> Json:
    pen, body = call.pen(access.INSERT_CONTENT), call.body
    schema = _with_sources(pen, body.get("properties", BARE_SCHEMA))
    return single_database_answer(call.reader, make_database(pen, body, schema, _SCHEMA))


@endpoint(
    "PATCH", "/databases/{database_id}", "title description is_inline icon cover in_trash properties", apart=False
)
def update_database(call: Call) -> Json:
    pen = call.pen(access.UPDATE_CONTENT)
    source = _asked_for(call)
    change_database(pen, source.database, call.body)
    if "properties" in call.body:
        write_schema(pen, source, _with_sources(pen, call.body["properties"]), _SCHEMA)
    source.edited, source.edited_by = pen.now, pen.author
    return single_database_answer(call.reader, source)


def _with_sources(pen: Pen, raw: Any) -> Json:
    """The schema with relations to data sources, where it names databases."""
    return {name: _with_source(pen, name, config) for name, config in an_object(raw, _SCHEMA).items()}


def _with_source(pen: Pen, name: str, config: Any) -> Any:
    relation = config.get("relation") if isinstance(config, dict) else None
    if not isinstance(relation, dict) or "database_id" not in relation or "data_source_id" in relation:
        return config
    database_id = an_id(relation["database_id"], f"{_SCHEMA}.{name}.relation.database_id")
    target = only_source(pen.connection.database(database_id))
    return {**config, "relation": {**relation, "data_source_id": target.id}}
