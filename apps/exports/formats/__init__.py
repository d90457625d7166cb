"""The formats there are. A module of this package that defines ``FORMAT`` is found by itself."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any

from apps.core.errors import Invalid
from apps.exports.formats.base import Format
from apps.exports.options import checked

ENTRY_POINTS = "notionhub.export_formats"


def found_formats() -> dict[str, Format]:
    """All formats by key: those of this package, then those of other distributions, each in order of name.

    Raises ``TypeError`` when a plug-in is no format or takes a key that is in use.
    """
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found: dict[str, Format] = {module.FORMAT.key: module.FORMAT for module in modules if hasattr(module, "FORMAT")}
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        plugin = point.load()
        if not isinstance(plugin, Format):
            raise TypeError(f"The entry point {point.name} of {ENTRY_POINTS} gives no export format: {plugin!r}")
        if plugin.key in found:
            raise TypeError(f"The export format {plugin.key} exists twice; {point.value} is one of them.")
        found[plugin.key] = plugin
    return found


FORMATS = found_formats()


def format_named(key: str) -> Format:
    """Raises :class:`Invalid` for a format that there is not."""
    if key not in FORMATS:
        raise Invalid(f"There is no export format {key!r}. There are: {', '.join(FORMATS)}.", field="format")
    return FORMATS[key]


def checked_options(form: Format, given: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a format, those not given by their default. Raises :class:`Invalid`."""
    return checked(form.options, given, label=form.label)
