"""Property values as clients send them (reference: *Property schema and value*)."""

from collections.abc import Callable
from typing import Any, Final

from apps.sandbox import errors
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Option, Page, Property
from apps.sandbox.world.rich_text import Person
from apps.sandbox.writing.media import LONGEST_NAME, hosted, uploaded
from apps.sandbox.writing.pen import (
    Pen,
    a_boolean,
    a_number,
    a_string,
    a_url,
    an_array,
    an_id,
    an_object,
    only_keys,
    variant,
)
from apps.sandbox.writing.rich_text import read_date, read_rich_text

LONGEST_CONTACT: Final = 200
OPTION_COLORS: Final = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
_VALUE_TYPES: Final = (
    "title",
    "rich_text",
    "number",
    "select",
    "multi_select",
    "status",
    "date",
    "people",
    "files",
    "checkbox",
    "url",
    "email",
    "phone_number",
    "relation",
    "verification",
    "place",
)


Change = Callable[[Page], None]
"""A value that was read and checked, waiting for its page."""


def read_value(pen: Pen, prop: Property, raw: Any, path: str) -> Change:
    """Raises 400 for a wrong type, a read-only property or a value over a limit; nothing is stored yet."""
    value = an_object(raw, path)
    sent = next((kind for kind in (prop.type, *_VALUE_TYPES) if kind in value), None)
    if sent is None:
        raise errors.undefined(f"{path}.{prop.type}")
    if sent != prop.type:
        raise errors.invalid(f"{prop.name} is expected to be {prop.type}.")
    if prop.type not in _VALUE_TYPES:
        raise errors.invalid(f"{prop.name} is of type {prop.type}, which cannot be set through the API.")
    where = f"{path}.{prop.type}"
    if prop.type == "title":
        return _titled(read_rich_text(pen, value["title"], where))
    if prop.type == "relation":
        return _related(prop, _targets(pen, prop, value["relation"], where))
    return _stored(prop, _READERS[prop.type](pen, prop, value[prop.type], where))


def _titled(runs: list[Json]) -> Change:
    def apply(page: Page) -> None:
        page.title = runs

    return apply


def _stored(prop: Property, stored: Any) -> Change:
    def apply(page: Page) -> None:
        page.values = {**(page.values or {}), prop.id: stored}

    return apply


def _related(prop: Property, others: list[int]) -> Change:
    def apply(page: Page) -> None:
        if prop.links is not None:
            prop.links.replace(page.no, others, reverse=prop.reverse)

    return apply


def _targets(pen: Pen, prop: Property, raw: Any, path: str) -> list[int]:
    others = []
    for at, each in enumerate(an_array(raw, path)):
        identifier = an_id(an_object(each, f"{path}[{at}]").get("id"), f"{path}[{at}].id")
        other = pen.connection.page(identifier)
        if other.data_source is not prop.target:
            raise errors.invalid(f"Page {identifier} is not in the data source that {prop.name} relates to.")
        others.append(other.no)
    return others


def _nullable(read: Callable[[Any, str], Any]) -> Callable[[Pen, Property, Any, str], Any]:
    return lambda pen, prop, raw, path: None if raw is None else read(raw, path)


def _populated(limit: int) -> Callable[[Any, str], str]:
    def read(raw: Any, path: str) -> str:
        words = a_string(raw, path, limit)
        if not words:
            raise errors.should_be(path, "populated", raw)
        return words

    return read


def _option(pen: Pen, prop: Property, raw: Any, path: str) -> str | None:
    if raw is None:
        return None
    value = an_object(raw, path)
    only_keys(value, ("id", "name", "color", "description"), path)
    for option in prop.options:
        if ("id" in value and option.id == value["id"]) or ("id" not in value and option.name == value.get("name")):
            return option.id
    if prop.type == "status" or "name" not in value:
        raise errors.invalid(f'{prop.type.capitalize()} option "{value.get("name", value.get("id"))}" does not exist.')
    return new_option(pen, prop, value, path).id


def new_option(pen: Pen, prop: Property, value: Json, path: str) -> Option:
    """Adds an option to a property. Raises 400 for a comma in its name."""
    name = a_string(value.get("name"), f"{path}.name", 100)
    if "," in name:
        raise errors.invalid(f"{path}.name should not contain commas, instead was {errors.shown(name)}.")
    color = value.get("color") or OPTION_COLORS[len(prop.options) % len(OPTION_COLORS)]
    if color not in OPTION_COLORS:
        raise errors.should_be(f"{path}.color", "a valid color", color)
    option = Option(pen.world.new_uuid(), name, color)
    prop.options.append(option)
    return option


def _options(pen: Pen, prop: Property, raw: Any, path: str) -> list[str]:
    chosen = [_option(pen, prop, each, f"{path}[{at}]") for at, each in enumerate(an_array(raw, path))]
    return [each for each in dict.fromkeys(chosen) if each is not None]


def _people(pen: Pen, prop: Property, raw: Any, path: str) -> list[str]:
    people = []
    for at, each in enumerate(an_array(raw, path)):
        identifier = an_id(an_object(each, f"{path}[{at}]").get("id"), f"{path}[{at}].id")
        if identifier not in pen.world.users:
            raise pen.connection.missing("user", identifier)
        people.append(identifier)
    return people


def _files(pen: Pen, prop: Property, raw: Any, path: str) -> list[Json]:
    return [_file(pen, each, f"{path}[{at}]") for at, each in enumerate(an_array(raw, path))]


def _file(pen: Pen, raw: Any, path: str) -> Json:
    kind, value = variant(raw, ("external", "file_upload", "file"), path)
    value = an_object(value, f"{path}.{kind}")
    if kind == "external":
        name = a_string(raw.get("name"), f"{path}.name", LONGEST_NAME)
        return {"name": name, "type": "external", "external": {"url": a_url(value.get("url"), f"{path}.external.url")}}
    file = (
        uploaded(pen, value.get("id"), f"{path}.file_upload.id")
        if kind == "file_upload"
        else hosted(value.get("url"), f"{path}.file.url")
    )
    return {"name": raw.get("name") or file.name, "type": "file", "file": file}


def _date(pen: Pen, prop: Property, raw: Any, path: str) -> Json | None:
    return None if raw is None else read_date(raw, path)


def _verification(pen: Pen, prop: Property, raw: Any, path: str) -> Json:
    value = an_object(raw, path)
    state = value.get("state")
    if state not in ("verified", "unverified"):
        raise errors.should_be(f"{path}.state", '`"verified"` or `"unverified"`', state)
    if state == "unverified":
        return {"state": state, "verified_by": None, "date": None}
    date = read_date(value["date"], f"{path}.date") if value.get("date") else None
    return {"state": state, "verified_by": Person(pen.author), "date": date}


def _place(pen: Pen, prop: Property, raw: Any, path: str) -> Json | None:
    if raw is None:
        return None
    value = an_object(raw, path)
    keys = ("lat", "lon", "name", "address", "aws_place_id", "google_place_id")
    only_keys(value, keys, path)
    place: Json = {key: value.get(key) for key in keys}
    for key in ("lat", "lon"):
        a_number(place[key], f"{path}.{key}")
    return place


_READERS: Final[dict[str, Callable[[Pen, Property, Any, str], Any]]] = {
    "rich_text": lambda pen, prop, raw, path: read_rich_text(pen, raw, path),
    "number": _nullable(a_number),
    "select": _option,
    "status": _option,
    "multi_select": _options,
    "date": _date,
    "people": _people,
    "files": _files,
    "checkbox": lambda pen, prop, raw, path: a_boolean(raw, path),
    "url": _nullable(a_url),
    "email": _nullable(_populated(LONGEST_CONTACT)),
    "phone_number": _nullable(_populated(LONGEST_CONTACT)),
    "verification": _verification,
    "place": _place,
}
