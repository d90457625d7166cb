"""Tabler icons, read from the vendored files and inlined, so that they take the colour of their text."""

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICON_FOLDER = "vendor/tabler-icons"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DRAWN = re.compile(r"<svg[^>]*>(?P<inside>.*)</svg>", re.DOTALL)
_EMPTY_BOUNDS = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


class UnknownIcon(LookupError):
    """No vendored file has this name."""


@cache
def paths_of(name: str) -> SafeString:
    """The drawing inside the ``<svg>`` of an icon; raises ``UnknownIcon``."""
    found = finders.find(f"{ICON_FOLDER}/{name}.svg") if _NAME.fullmatch(name) else None
    if not found:
        raise UnknownIcon(f"{ICON_FOLDER}/{name}.svg is not vendored")
    drawn = _DRAWN.search(Path(found).read_text(encoding="utf-8"))
    if drawn is None:
        raise UnknownIcon(f"{ICON_FOLDER}/{name}.svg is not a drawing")
    inside = re.sub(r"\s*\n\s*", "", _EMPTY_BOUNDS.sub("", drawn["inside"]))
    return mark_safe(inside)  # noqa: S308  (a vendored file of ours, not input)


def svg(name: str, classes: str = "", label: str = "") -> SafeString:
    """An inline icon, decorative unless it gets a ``label`` of its own; sized by class."""
    described = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="{}" {} viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        f"i {classes}".strip(),
        mark_safe(described),  # noqa: S308  (escaped above, or a constant)
        paths_of(name),
    )
