"""Databases: the containers (reference: *Databases*)."""

from apps.sandbox import access
from apps.sandbox.call import Call, endpoint
from apps.sandbox.reading.databases import database_answer
from apps.sandbox.world.json import Json


@endpoint("GET", "/databases/{database_id}", apart=True)
def retrieve_database(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    return database_answer(call.reader, call.connection.database(call.params["database_id"]))
