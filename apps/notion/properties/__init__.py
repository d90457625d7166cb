"""Property types, one file each. A new file is found by itself; the registry is `PROPERTIES`."""

from importlib import import_module
from pkgutil import iter_modules

from apps.notion.properties.items import PropertyItem, complete_value
from apps.notion.properties.property import (
    PROPERTIES,
    Plain,
    PropertySchema,
    PropertyType,
    PropertyValue,
    UnknownSchema,
    UnknownValue,
    parse_property,
    parse_schema,
)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "PROPERTIES",
    "Plain",
    "PropertyItem",
    "PropertySchema",
    "PropertyType",
    "PropertyValue",
    "UnknownSchema",
    "UnknownValue",
    "complete_value",
    "parse_property",
    "parse_schema",
]
