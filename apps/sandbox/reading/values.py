"""Property values of pages, as stored and as the API answers them.

*Stored* is what the workspace keeps: an option's id, a list of user ids, a number. *Answered* is the JSON of the value.
Generated rows store nothing: their values are made from the seed each time, one property at a time.
"""

from collections.abc import Callable, Collection
from typing import Any, Final

from apps.sandbox import times
from apps.sandbox.reading import formulas, rollups
from apps.sandbox.reading.reader import Reader
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import DataSource, Page, Property
from apps.sandbox.world.rich_text import Person, text
from apps.sandbox.world.tree import is_trashed

REFERENCES_SHOWN: Final = 25
"""A page object shows at most this many related pages or people; the property endpoint shows all."""

TITLE: Final = Property(id="title", name="title", type="title")
_EMPTY_LISTS: Final = frozenset({"rich_text", "multi_select", "people", "files"})


def stored(page: Page, prop: Property) -> Any:
    """The stored value of an editable property; None or an empty list when it is not set."""
    if page.values is not None and prop.id in page.values:
        return page.values[prop.id]
    if prop.make is not None:
        return prop.make(page, prop)
    if prop.type == "status" and prop.options:
        return prop.options[0].id
    if prop.type == "checkbox":
        return False
    return [] if prop.type in _EMPTY_LISTS else None


def related(reader: Reader, page: Page, prop: Property) -> list[Page]:
    """The living pages a relation points at."""
    if prop.links is None:
        return []
    pages = (reader.world.by_no[no] for no in prop.links.of(page.no, reverse=prop.reverse))
    return [other for other in pages if not is_trashed(other)]


def is_hidden(reader: Reader, prop: Property) -> bool:
    """Relations to a data source that was not shared are left out of schema and values."""
    return prop.type == "relation" and prop.target is not None and not reader.connection.sees(prop.target)


def visible_properties(reader: Reader, data_source: DataSource) -> list[Property]:
    return [prop for prop in data_source.properties.values() if not is_hidden(reader, prop)]


def title_runs(page: Page) -> list[Json]:
    if isinstance(page.title, str):
        return [text(page.title)] if page.title else []
    return page.title


def _option(prop: Property, identifier: Any) -> Json | None:
    return next((option.value() for option in prop.options if option.id == identifier), None)


def _title(reader: Reader, page: Page, prop: Property) -> Any:
    return title_runs(page)


def _plain(reader: Reader, page: Page, prop: Property) -> Any:
    return stored(page, prop)


def _single_option(reader: Reader, page: Page, prop: Property) -> Any:
    return _option(prop, stored(page, prop))


def _many_options(reader: Reader, page: Page, prop: Property) -> Any:
    return [_option(prop, identifier) for identifier in stored(page, prop)]


def _people(reader: Reader, page: Page, prop: Property) -> Any:
    return [Person(user_id) for user_id in stored(page, prop)]


def _relation(reader: Reader, page: Page, prop: Property) -> Any:
    return [{"id": other.id} for other in related(reader, page, prop)]


def _formula(reader: Reader, page: Page, prop: Property) -> Any:
    return formulas.formula_answer(formulas.evaluate(reader, page, prop))


def _rollup(reader: Reader, page: Page, prop: Property) -> Any:
    return rollups.rollup_answer(reader, page, prop)


def _unique_id(reader: Reader, page: Page, prop: Property) -> Any:
    return {"prefix": prop.config.get("prefix"), "number": stored(page, prop)}


def _verification(reader: Reader, page: Page, prop: Property) -> Any:
    return stored(page, prop) or {"state": "unverified", "verified_by": None, "date": None}


_READERS: Final[dict[str, Callable[[Reader, Page, Property], Any]]] = {
    "title": _title,
    "select": _single_option,
    "status": _single_option,
    "multi_select": _many_options,
    "people": _people,
    "relation": _relation,
    "formula": _formula,
    "rollup": _rollup,
    "created_time": lambda reader, page, prop: times.minute(page.created),
    "last_edited_time": lambda reader, page, prop: times.minute(page.edited),
    "created_by": lambda reader, page, prop: Person(page.created_by),
    "last_edited_by": lambda reader, page, prop: Person(page.edited_by),
    "unique_id": _unique_id,
    "verification": _verification,
    "button": lambda reader, page, prop: {},
}


def whole_value(reader: Reader, page: Page, prop: Property) -> Any:
    """The value in full, without the cut of long lists."""
    return _READERS.get(prop.type, _plain)(reader, page, prop)


def property_value(reader: Reader, page: Page, prop: Property) -> Json:
    """``{id, type, <type>: value}``, cut after 25 references."""
    value = whole_value(reader, page, prop)
    if prop.type == "relation":
        cut = value[:REFERENCES_SHOWN]
        return {"id": prop.id, "type": prop.type, prop.type: cut, "has_more": len(cut) < len(value)}
    if prop.type == "people":
        value = value[:REFERENCES_SHOWN]
    elif prop.type in ("title", "rich_text"):
        value = cut_mentions(value)
    return {"id": prop.id, "type": prop.type, prop.type: value}


def cut_mentions(runs: list[Json]) -> list[Json]:
    """At most 25 mentions of pages and people stay inline."""
    left = REFERENCES_SHOWN
    kept = []
    for run in runs:
        if run["type"] == "mention" and run["mention"]["type"] in ("page", "user", "database"):
            if not left:
                continue
            left -= 1
        kept.append(run)
    return kept


def property_values(reader: Reader, page: Page, only: Collection[str] | None = None) -> Json:
    """The ``properties`` of a page; ``only`` keeps those ids."""
    data_source = page.data_source
    if data_source is None:
        if only is not None and TITLE.id not in only:
            return {}
        return {"title": property_value(reader, page, TITLE)}
    return {
        prop.name: property_value(reader, page, prop)
        for prop in visible_properties(reader, data_source)
        if only is None or prop.id in only or prop.decoded_id in only
    }
