"""Data sources: schema, rows and templates (reference: *Data sources*)."""

import orjson

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint, listing
from apps.sandbox.endpoints.filters import compile_filter
from apps.sandbox.endpoints.sorts import sort_rows
from apps.sandbox.reading.databases import data_source_answer
from apps.sandbox.reading.pages import page_answer
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import DataSource, Page


@endpoint("GET", "/data_sources/{data_source_id}", apart=True)
def retrieve_data_source(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    return data_source_answer(call.reader, call.connection.data_source(call.params["data_source_id"]))


@endpoint("GET", "/data_sources/{data_source_id}/templates", apart=True)
def list_templates(call: Call) -> Json:
    """Without ``object``, as recorded."""
    call.connection.require(access.READ_CONTENT)
    source, name = call.connection.data_source(call.params["data_source_id"]), call.asked("name")
    templates = [each for each in source.templates if name in (None, each["name"])]
    shown, next_cursor = call.page_of(templates, lambda template: str(template["id"]))
    return {"templates": shown, "has_more": next_cursor is not None, "next_cursor": next_cursor}


QUERY = "filter sorts start_cursor page_size is_archived in_trash archived result_type"


@endpoint("POST", "/data_sources/{data_source_id}/query", QUERY, apart=True)
def query_data_source(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    return rows_of(call, call.connection.data_source(call.params["data_source_id"]))


def rows_of(call: Call, source: DataSource) -> Json:
    """Newest first unless sorted. Past the cap the listing ends and says that it is incomplete."""
    size, cursor = call.page_size(), call.start_cursor()
    asked = {key: value for key, value in call.body.items() if key not in ("start_cursor", "page_size")}
    key = f"{call.connection.id}:{source.id}:{orjson.dumps(asked, option=orjson.OPT_SORT_KEYS).decode()}"
    if cursor is None:
        order, at, session = _order(call, source), 0, None
    else:
        session, order, row_id = call.service.cursors.resume(cursor, key)
        row = call.world.pages.get(row_id)
        if row is None or row.no not in order:
            raise errors.bad_cursor(cursor)
        at = order.index(row.no)
    cap = call.service.settings.query_limit
    end = min(at + size, cap, len(order))
    rows = [call.world.by_no[no] for no in order[at:end]]
    next_cursor = None
    if end < min(len(order), cap):
        session = session or call.service.cursors.open(key, order)
        next_cursor = call.service.cursors.cursor(session, call.world.by_no[order[end]].id)
    only = call.query.get("filter_properties") or call.query.get("filter_properties[]")
    results = [page_answer(call.reader, row, only) for row in rows if not row.in_trash]
    answer = listing(call.version.mixed_listing, results, next_cursor)
    if len(order) > cap:
        answer["request_status"] = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    return answer


def _order(call: Call, source: DataSource) -> list[int]:
    archived = call.body.get("is_archived", False)
    rows = [row for row in source.rows if not row.in_trash and row.is_archived is archived]
    raw = call.body.get("filter")
    if raw is not None:
        fits = compile_filter(call.reader, source, raw)
        rows = [row for row in rows if fits(row)]
    rows.sort(key=_newest_first)
    return [row.no for row in sort_rows(call.reader, source, rows, call.body.get("sorts"))]


def _newest_first(row: Page) -> tuple[float, int]:
    return -row.created, -row.no
