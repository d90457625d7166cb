"""What every property value and schema shares, the registry, and properties of types we do not know."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, get_args

import orjson

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads, payload_of
from apps.notion.refusals import ReadOnlyProperty, Unreadable

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
"""What YAML and JSON can write without further help."""


class PropertyValue(NotionModel):
    """A value of a page; a subclass adds the field that carries its type's name.

    https://developers.notion.com/reference/page-property-values
    """

    object: str | None = None
    id: str | None = None
    type: str

    read_only: ClassVar[str | None] = None
    """Why the API does not accept this type in a write; None for types that it accepts."""

    @property
    def content(self) -> Any:
        """What stands under the name of the type."""
        return getattr(self, self.type)

    def text(self) -> str:
        """The value in words; empty when the property is."""
        return text_of(self.content)

    def plain(self, lowering: Lowering) -> Plain:
        """The value for front matter; None when the property is empty."""
        return self.text() or None

    def line(self, lowering: Lowering) -> nodes.Line:
        """The value as a line of a document."""
        text = self.text()
        return (nodes.Text(text),) if text else ()

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """The value as a page is written with it. Raises `ReadOnlyProperty` or another `NotWritable`."""
        if self.read_only:
            raise ReadOnlyProperty(self.type, self.read_only)
        return {"type": self.type, self.type: payload_of(self.content, uploads)}


class UnknownValue(PropertyValue):
    """A value of a type that we do not know; it is written word for word."""

    type: str = ""

    @property
    def content(self) -> Any:
        return (self.model_extra or {}).get(self.type)


class PropertySchema(NotionModel):
    """A column of a data source. https://developers.notion.com/reference/property-object"""

    id: str | None = None
    name: str = ""
    description: str | None = None
    type: str

    @property
    def config(self) -> Any:
        """What stands under the name of the type."""
        return getattr(self, self.type)

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """The schema as a data source is written with it, under the property's name as key."""
        written = {"type": self.type, self.type: payload_of(self.config, uploads)}
        return written | {"description": self.description} if self.description else written


class UnknownSchema(PropertySchema):
    """A column of a type that we do not know; it is written word for word."""

    type: str = ""

    @property
    def config(self) -> Any:
        return (self.model_extra or {}).get(self.type)


@dataclass(frozen=True, slots=True)
class PropertyType:
    name: str
    value: type[PropertyValue]
    schema: type[PropertySchema]


PROPERTIES: dict[str, PropertyType] = {}


def register(value: type[PropertyValue], schema: type[PropertySchema]) -> None:
    """Adds a property type under the name that the `type` fields of its two classes allow."""
    (name,) = get_args(value.model_fields["type"].annotation)
    if (name,) != get_args(schema.model_fields["type"].annotation):
        raise ValueError(f"value and schema of {name!r} do not belong together")
    if name in PROPERTIES:
        raise ValueError(f"property type {name!r} is registered twice")
    PROPERTIES[name] = PropertyType(name, value, schema)


def parse_property(raw: Json) -> PropertyValue:
    """Reads a value of any type. Raises `Unreadable` when a known type has a shape that does not fit it."""
    found = PROPERTIES.get(type_name(raw, "property value"))
    return (found.value if found else UnknownValue).parse(raw)


def parse_schema(raw: Json) -> PropertySchema:
    """Reads a schema of any type. Raises `Unreadable` when a known type has a shape that does not fit it."""
    found = PROPERTIES.get(type_name(raw, "property schema"))
    return (found.schema if found else UnknownSchema).parse(raw)


def type_name(raw: object, what: str) -> str:
    kind = raw.get("type", "") if isinstance(raw, dict) else None
    if not isinstance(kind, str):
        raise Unreadable(what, "not an object with a type")
    return kind


def text_of(value: object) -> str:
    """A JSON value in words: text and numbers as they are, nothing for null and what is empty, else JSON."""
    if isinstance(value, str):
        return value
    if value is None or value == {} or value == []:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return orjson.dumps(value).decode()


def join(texts: Iterable[str]) -> str:
    return ", ".join(text for text in texts if text)
