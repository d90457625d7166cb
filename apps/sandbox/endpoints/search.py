"""Search (reference: *Search*): titles only, from an index that lags behind."""

from apps.sandbox import access, errors
from apps.sandbox.call import Call, endpoint, listing
from apps.sandbox.reading.databases import data_source_answer, single_database_answer
from apps.sandbox.reading.pages import page_answer
from apps.sandbox.search_index import Found, words_of
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Page
from apps.sandbox.world.rich_text import plain_text
from apps.sandbox.world.tree import is_trashed


def _filter(raw: object, tables: str) -> tuple[str | None, bool | None]:
    """The kind of object and the trash wanted; ``tables`` is what the version calls a data source. Raises 400."""
    if raw is None:
        return None, None
    if not isinstance(raw, dict):
        raise errors.should_be("body.filter", "an object", raw)
    for key in raw:
        if key not in ("property", "value", "in_trash"):
            raise errors.not_present(f"body.filter.{key}", raw[key])
    kind = raw.get("value")
    if "property" in raw and raw["property"] != "object":
        raise errors.should_be("body.filter.property", '`"object"`', raw["property"])
    if kind is not None and kind not in ("page", tables):
        raise errors.should_be("body.filter.value", f'`"page"` or `"{tables}"`', kind)
    return "data_source" if kind == tables else kind, raw.get("in_trash")


def _sorted(found: list[Found], sort: object, query: str) -> list[Found]:
    if sort is None:
        return found
    if not isinstance(sort, dict):
        raise errors.should_be("body.sort", "an object", sort)
    if sort.get("property") == "relevance":
        wanted = words_of(query)
        return sorted(found, key=lambda thing: -len(wanted & words_of(_words(thing))))
    if sort.get("timestamp") != "last_edited_time":
        raise errors.should_be("body.sort.timestamp", '`"last_edited_time"`', sort.get("timestamp"))
    if sort.get("direction", "descending") not in ("ascending", "descending"):
        raise errors.should_be("body.sort.direction", '`"ascending"` or `"descending"`', sort["direction"])
    return found[::-1] if sort.get("direction") == "ascending" else found


def _words(thing: Found) -> str:
    return thing.title if isinstance(thing.title, str) else plain_text(thing.title)


@endpoint("POST", "/search", "query filter sort start_cursor page_size")
def search(call: Call) -> Json:
    call.connection.require(access.READ_CONTENT)
    kind, in_trash = _filter(call.body.get("filter"), call.version.source_kind)
    query = call.body.get("query") or ""
    if not isinstance(query, str):
        raise errors.should_be("body.query", "a string", query)
    found = call.service.search.search(call.connection, call.service.now(), query, kind)
    if in_trash is not None:
        found = [thing for thing in found if is_trashed(thing) is in_trash]
    if not call.version.apart:
        found = [thing for thing in found if isinstance(thing, Page) or thing.database.living_sources == [thing]]
    found = _sorted(found, call.body.get("sort"), query)
    things, next_cursor = call.page_of(found, lambda thing: thing.id)
    return listing(call.version.mixed_listing, [_answer(call, thing) for thing in things], next_cursor)


def _answer(call: Call, thing: Found) -> Json:
    if isinstance(thing, Page):
        return page_answer(call.reader, thing)
    table = data_source_answer if call.version.apart else single_database_answer
    return table(call.reader, thing)
