"""Views (reference: *Views*)."""

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint, listing
from apps.sandbox.reading.databases import view_answer
from apps.sandbox.world.json import Json


@endpoint("GET", "/views", apart=True)
def list_views(call: Call) -> Json:
    """Partial views: ``{object, id}``. Exactly one of ``database_id`` and ``data_source_id`` is needed."""
    call.connection.require(access.READ_CONTENT)
    database_id, data_source_id = call.asked_id("database_id"), call.asked_id("data_source_id")
    if (database_id is None) == (data_source_id is None):
        raise errors.invalid(
            "query failed validation: exactly one of database_id and data_source_id should be defined."
        )
    if database_id is not None:
        views = call.connection.database(database_id).views
    else:
        source = call.connection.data_source(str(data_source_id))
        views = [view for view in call.world.views.values() if view.data_source is source]
    shown, next_cursor = call.page_of(views, lambda view: view.id)
    return listing("view", [{"object": "view", "id": view.id} for view in shown], next_cursor)


@endpoint("GET", "/views/{view_id}", apart=True)
def retrieve_view(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    return view_answer(call.connection.view(call.params["view_id"]))
