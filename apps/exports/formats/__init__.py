"""The formats there are. A module of this package that defines ``FORMAT`` is found by itself."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from apps.core.errors import Invalid
from apps.exports.formats.base import Format
from apps.exports.formats.plugins import LeftOut, plugins
from apps.exports.options import checked


def found_formats() -> tuple[dict[str, Format], tuple[LeftOut, ...]]:
    """All formats by key, those of this package first, then those of other distributions; and what was left out."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    formats: dict[str, Format] = {module.FORMAT.key: module.FORMAT for module in modules if hasattr(module, "FORMAT")}
    installed = list(plugins(formats))
    formats |= {plugin.key: plugin for plugin in installed if not isinstance(plugin, LeftOut)}
    return formats, tuple(plugin for plugin in installed if isinstance(plugin, LeftOut))


FORMATS, LEFT_OUT = found_formats()


def format_named(key: str) -> Format:
    """Raises :class:`Invalid` for a format that there is not."""
    if key not in FORMATS:
        raise Invalid(f"There is no export format {key!r}. There are: {', '.join(FORMATS)}.", field="format")
    return FORMATS[key]


def checked_options(form: Format, given: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a format, those not given by their default. Raises :class:`Invalid`."""
    return checked(form.options, given, label=form.label)
