"""What stands in a line: text with styles, links, mentions, equations; and icons."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Href:
    """Where a link leads. `trusted` says that the caller made it, not a page's author; `stored` that it leads to a
    stored file, which an author has made."""

    url: str
    trusted: bool = False
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    bold: bool = False
    italic: bool = False
    strikethrough: bool = False
    underline: bool = False
    code: bool = False
    color: str = "default"


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    style: Style = PLAIN
    href: Href | None = None


@dataclass(frozen=True, slots=True)
class Math:
    """An equation inside a line, in KaTeX's language."""

    expression: str
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference inside a line; `kind` is Notion's name for it (`user`, `page`, `date`, …)."""

    kind: str
    text: str
    href: Href | None = None
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a moment or a range of them in ISO 8601; `text` is all of it as Notion writes it."""

    text: str
    start: str
    end: str | None = None
    time_zone: str | None = None
    mention: bool = False
    href: Href | None = None
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Check:
    """A yes or no."""

    checked: bool

    @property
    def text(self) -> str:
        return "true" if self.checked else "false"


@dataclass(frozen=True, slots=True)
class Emoji:
    """A workspace's own emoji: a picture with a name."""

    name: str
    src: Href | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A select option."""

    text: str
    color: str = "default"


Inline: TypeAlias = Text | Math | Mention | Moment | Check | Emoji | Chip
Line: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Icon:
    """`text` is the emoji (`emoji` says so) or a name; `src` the picture, when there is one."""

    text: str
    src: Href | None = None
    emoji: bool = False


def separated(items: Iterable[Line], separator: str = ", ") -> Line:
    """Several lines as one, with a separator between those that are not empty."""
    lines = [line for line in items if line]
    between = Text(separator)
    return tuple(item for position, line in enumerate(lines) for item in ((between, *line) if position else line))


def plain(line: Line) -> str:
    """The words of a line without styling."""
    return "".join(_words(item) for item in line)


def _words(item: Inline) -> str:
    match item:
        case Math():
            return item.expression
        case Emoji():
            return f":{item.name}:"
        case _:
            return item.text
