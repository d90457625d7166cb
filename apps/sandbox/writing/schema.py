"""Schemas as clients send them: properties of a data source, made, changed and removed."""

from typing import Any, Final
from urllib.parse import quote

from apps.sandbox import errors
from apps.sandbox.reading.formula_language import FormulaUnsupported, compile_formula
from apps.sandbox.reading.rollups import FUNCTIONS
from apps.sandbox.world.json import Json
from apps.sandbox.world.links import Links
from apps.sandbox.world.objects import DataSource, Option, Property
from apps.sandbox.world.schema import sort_properties
from apps.sandbox.writing.pen import Pen, a_string, an_array, an_id, an_object, only_keys
from apps.sandbox.writing.values import new_option

_BARE: Final = frozenset(
    {
        *("title", "rich_text", "date", "people", "files", "checkbox", "url", "email", "phone_number", "button"),
        *("created_time", "created_by", "last_edited_time", "last_edited_by", "place", "verification"),
    }
)
_TYPES: Final = _BARE | {
    "number",
    "select",
    "multi_select",
    "status",
    "relation",
    "rollup",
    "formula",
    "unique_id",
}
_DEFAULT_STATUS: Final = (("Not started", "default", "To-do"), ("In progress", "blue", "In progress"))
_STATUS_GROUPS: Final = (("To-do", "gray"), ("In progress", "blue"), ("Complete", "green"))


def write_schema(pen: Pen, source: DataSource, raw: Any, path: str) -> None:
    """Add, change, rename (``{name}``) and remove (``null``) properties. Raises 400."""
    for key, config in an_object(raw, path).items():
        prop, where = source.property_named(key), f"{path}.{key}"
        if config is None:
            if prop is None:
                raise errors.invalid(f"{key} is not a property that exists.")
            _remove(source, prop)
            continue
        value = an_object(config, where)
        kind = next((each for each in value if each in _TYPES), None)
        if kind is None and prop is not None and ("name" in value or "description" in value):
            _rename(prop, value, where)
        elif kind is None:
            raise errors.undefined(f"{where}.type")
        elif prop is None:
            _add(pen, source, key, kind, value, where)
        else:
            _rename(prop, value, where)
            _change(pen, source, prop, kind, value[kind], f"{where}.{kind}")
    source.properties = sort_properties(source.properties)


def _rename(prop: Property, value: Json, path: str) -> None:
    if "name" in value:
        prop.name = a_string(value["name"], f"{path}.name")
    if "description" in value:
        prop.description = value["description"]


def _remove(source: DataSource, prop: Property) -> None:
    if prop.type == "title":
        raise errors.invalid("Title properties cannot be deleted.")
    del source.properties[prop.id]
    if prop.twin is not None and prop.target is not None:
        prop.target.properties.pop(prop.twin.id, None)


def _add(pen: Pen, source: DataSource, name: str, kind: str, value: Json, path: str) -> None:
    if kind == "title":
        if "title" in source.properties:
            raise errors.invalid("There should be exactly one title property.")
        source.properties["title"] = Property(id="title", name=name, type="title")
        return
    prop = Property(id=_new_id(pen, source), name=name, type=kind, description=value.get("description"))
    source.properties[prop.id] = prop
    _change(pen, source, prop, kind, value[kind], f"{path}.{kind}")


def _new_id(pen: Pen, source: DataSource) -> str:
    while True:
        digits = pen.world.new_uuid().replace("-", "")
        raw = "".join(chr(58 + int(digits[at : at + 2], 16) % 69) for at in (0, 2, 4, 6))
        identifier = quote(raw, safe="~_")
        if identifier not in source.properties:
            return identifier


def _change(pen: Pen, source: DataSource, prop: Property, kind: str, raw: Any, path: str) -> None:
    """Sets the configuration; another type keeps the id and reinterprets the data."""
    config = an_object(raw, path)
    prop.type = kind
    match kind:
        case "number":
            prop.config = {"format": config.get("format", "number")}
        case "unique_id":
            prop.config = {"prefix": config.get("prefix")}
            prop.make = prop.make or (lambda page, _: page.subject + 1)
        case "formula":
            prop.config = {"expression": _expression(config, path)}
        case "select" | "multi_select":
            _options(pen, prop, config.get("options", []), f"{path}.options")
        case "status":
            _status(pen, prop, config, path)
        case "relation":
            _relation(pen, source, prop, config, path)
        case "rollup":
            prop.config = _rollup(source, config, path)
        case _:
            prop.config = {}


def _expression(config: Json, path: str) -> str:
    expression = a_string(config.get("expression"), f"{path}.expression")
    try:
        compile_formula(expression)
    except FormulaUnsupported as problem:
        raise errors.invalid(f"Type error with formula: {problem}") from problem
    return expression


def _options(pen: Pen, prop: Property, raw: Any, path: str) -> None:
    """The list that is sent is the list there is; known options keep their id."""
    known = {option.name: option for option in prop.options} | {option.id: option for option in prop.options}
    prop.options = []
    for at, each in enumerate(an_array(raw, path)):
        value = an_object(each, f"{path}[{at}]")
        kept = known.get(value.get("id") or value.get("name") or "")
        if kept is None:
            new_option(pen, prop, value, f"{path}[{at}]")
        else:
            kept.name = value.get("name", kept.name)
            prop.options.append(kept)


def _status(pen: Pen, prop: Property, config: Json, path: str) -> None:
    only_keys(config, ("options", "groups"), path)
    if not prop.groups:
        prop.groups = [{"id": pen.world.new_uuid(), "name": name, "color": color} for name, color in _STATUS_GROUPS]
    for at, each in enumerate(an_array(config.get("options", []), f"{path}.options")):
        value = an_object(each, f"{path}.options[{at}]")
        if not any(option.name == value.get("name") for option in prop.options):
            new_option(pen, prop, value, f"{path}.options[{at}]").group = value.get("group", "To-do")
    if not prop.options:
        for name, color, group in (*_DEFAULT_STATUS, ("Done", "green", "Complete")):
            prop.options.append(Option(pen.world.new_uuid(), name, color, group))


def _relation(pen: Pen, source: DataSource, prop: Property, config: Json, path: str) -> None:
    target = pen.connection.data_source(an_id(config.get("data_source_id"), f"{path}.data_source_id"))
    prop.links, prop.target, prop.twin, prop.reverse, prop.config = Links(), target, None, False, {}
    if "dual_property" not in config:
        return
    name = an_object(config["dual_property"], f"{path}.dual_property").get("synced_property_name")
    twin = Property(
        id=_new_id(pen, target),
        name=name or f"Related to {_name_of(source)} ({prop.name})",
        type="relation",
        links=prop.links,
        reverse=True,
        target=source,
        twin=prop,
    )
    target.properties[twin.id] = prop.twin = twin
    target.properties = sort_properties(target.properties)


def _name_of(source: DataSource) -> str:
    return "".join(run["plain_text"] for run in source.title)


def _rollup(source: DataSource, config: Json, path: str) -> Json:
    relation = source.property_named(config.get("relation_property_id") or config.get("relation_property_name") or "")
    if relation is None or relation.target is None:
        raise errors.invalid(f"{path}: no relation property is found for this rollup.")
    wanted = config.get("rollup_property_id") or config.get("rollup_property_name") or ""
    rolled = relation.target.property_named(wanted)
    if rolled is None:
        raise errors.invalid(f"{path}: {wanted} is not a property of the related data source.")
    if config.get("function") not in FUNCTIONS:
        raise errors.should_be(f"{path}.function", "a known rollup function", config.get("function"))
    return {
        "rollup_property_name": rolled.name,
        "relation_property_name": relation.name,
        "rollup_property_id": rolled.decoded_id,
        "relation_property_id": relation.decoded_id,
        "function": config["function"],
    }
