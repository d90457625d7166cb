"""HTML that is escaped by construction: only `tag`, `wrapped`, `void`, `join` and `escape` make `Markup`.

Names of elements and attributes are written in this package and never come from content. What comes from content is
text, which `escape` takes, an address, which `followable` judges, or a word for a class, which `slug` takes.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape as escape_text

from apps.notion.links import followable
from apps.notion.nodes import Href

NOT_FOR_CLASSES = re.compile(r"[^a-z0-9]+")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


EMPTY = Markup("")


def escape(text: str) -> Markup:
    """Text as HTML, also safe inside an attribute; markup stays as it is."""
    return text if isinstance(text, Markup) else Markup(escape_text(text))


def join(parts: Iterable[str], between: Markup = EMPTY) -> Markup:
    return Markup(between.join(escape(part) for part in parts))


def tag(name: str, *children: str, **attributes: str | bool | None) -> Markup:
    return Markup(f"{void(name, **attributes)}{join(children)}</{name}>")


def wrapped(name: str, pieces: Iterable[Markup], **attributes: str | bool | None) -> Iterator[Markup]:
    """`tag` in pieces, for what is too long to be put together again with each element around it."""
    yield void(name, **attributes)
    yield from map(escape, pieces)
    yield Markup(f"</{name}>")


def void(name: str, **attributes: str | bool | None) -> Markup:
    """An element without end. Attributes that are None or False are left out; `class_` is `class`."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape_text(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{written}>")


def picture(href: Href | None) -> str | None:
    """The address if a browser may load it as a picture: only what the caller vouches for.

    Loading an author's address would tell its owner who reads the page, and when.
    """
    return followable(href) if href is not None and href.trusted else None


def slug(word: str) -> str:
    """A word of content as part of a class name: lower-case ASCII letters, digits and underscores."""
    return NOT_FOR_CLASSES.sub("_", word.lower()).strip("_")


def classes(*names: str | None) -> str:
    return " ".join(name for name in names if name)


def color_class(color: str) -> str | None:
    """`nb-color-red_background`; None for the default."""
    return None if color == "default" or not slug(color) else f"nb-color-{slug(color)}"
