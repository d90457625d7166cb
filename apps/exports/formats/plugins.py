"""Formats of other distributions. One that cannot be used is left out and named; it takes nothing else with it."""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from apps.exports.formats.base import Choice, Format, Option

logger = logging.getLogger(__name__)

ENTRY_POINTS = "notionhub.export_formats"
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LABEL = 60


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A plug-in that is installed and not used: the name of its entry point, where it comes from, and why."""

    name: str
    origin: str
    reason: str


def plugins(taken: Iterable[str]) -> Iterator[Format | LeftOut]:
    """Every installed plug-in in order of its name. ``taken`` are keys in use; of two with one key the first counts."""
    keys = set(taken)
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: (point.name, point.value)):
        found = _loaded(point)
        reason = found if isinstance(found, str) else unfit(found)
        if not reason and found.key in keys:
            reason = f"There is another export format with the key {found.key!r}."
        if reason:
            left_out = LeftOut(point.name, _origin(point), reason)
            logger.error("export format left out", extra={"plugin": left_out.name, "reason": left_out.reason})
            yield left_out
        else:
            keys.add(found.key)
            yield found


def unfit(plugin: Any) -> str:
    """Why something is no export format; empty when it is one. See :class:`~apps.exports.formats.base.Format`."""
    if not isinstance(plugin, Format):
        return "It gives no export format: key, label, summary, version, options and writer are needed."
    if not isinstance(plugin.key, str) or not _KEY.fullmatch(plugin.key):
        return f"Its key {plugin.key!r} is not 1 to 40 small letters, digits, hyphens and underscores."
    if not isinstance(plugin.label, str) or not 0 < len(plugin.label) <= LABEL:
        return f"Its label is not a text of 1 to {LABEL} characters."
    if not isinstance(plugin.summary, str) or not isinstance(plugin.version, int) or not callable(plugin.writer):
        return "Its summary is no text, its version no whole number, or its writer cannot be called."
    if not isinstance(plugin.options, tuple) or not all(map(_is_option, plugin.options)):
        return "Its options are not a tuple of options whose defaults they take themselves."
    return ""


def _loaded(point: EntryPoint) -> Any:
    """What the entry point names, or why that cannot be had. Whatever a plug-in raises is its own fault."""
    try:
        return point.load()
    except (Exception, SystemExit) as error:
        return f"It could not be loaded: {type(error).__name__}: {error}"[:300]


def _is_option(option: Any) -> bool:
    if not isinstance(option, Option) or not _KEY.fullmatch(option.key):
        return False
    if not option.choices:
        return isinstance(option.default, bool)
    return all(isinstance(one, Choice) for one in option.choices) and option.default in [
        one.value for one in option.choices
    ]


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value
