"""The neutral document: what every output format knows how to write, and nothing more.

Blocks and properties lower to these nodes; Markdown and HTML read only these. The set is closed on purpose: a new
Notion type finds its place here or becomes a `Placeholder`, so no format has to know Notion's types.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Href:
    """Where a link leads. `trusted` says that the caller made it, not a page's author."""

    url: str
    trusted: bool = False


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
class Emoji:
    """A workspace's own emoji: a picture with a name."""

    name: str
    src: Href | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A select option."""

    text: str
    color: str = "default"


Inline: TypeAlias = Text | Math | Mention | Emoji | Chip
Line: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Icon:
    """`text` is the emoji or a name; `src` the picture, when there is one."""

    text: str
    src: Href | None = None
    emoji: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: Line
    color: str = "default"
    icon: Icon | None = None
    children: "Blocks" = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` is 1 to 4; a toggle heading holds what it folds away as children."""

    level: int
    content: Line
    id: str = ""
    color: str = "default"
    toggle: bool = False
    children: "Blocks" = ()


@dataclass(frozen=True, slots=True)
class ListItem:
    content: Line
    color: str = "default"
    checked: bool = False
    children: "Blocks" = ()


@dataclass(frozen=True, slots=True)
class List:
    """`start` and `format` (`numbers`, `letters`, `roman`) only say something about numbered lists."""

    kind: Literal["bulleted", "numbered", "to_do"]
    items: tuple[ListItem, ...]
    start: int | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Toggle:
    content: Line
    color: str = "default"
    children: "Blocks" = ()


@dataclass(frozen=True, slots=True)
class Quote:
    content: Line
    color: str = "default"
    children: "Blocks" = ()


@dataclass(frozen=True, slots=True)
class Callout:
    content: Line
    icon: Icon | None = None
    color: str = "default"
    children: "Blocks" = ()


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    language: str
    caption: Line = ()


@dataclass(frozen=True, slots=True)
class Equation:
    expression: str


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class TableOfContents:
    color: str = "default"


@dataclass(frozen=True, slots=True)
class Breadcrumb:
    pass


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, film, sound or file. Without `href` its bytes are not at hand."""

    kind: Literal["image", "video", "audio", "pdf", "file"]
    name: str
    href: Href | None
    caption: Line = ()


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A link that stands as a block: `bookmark`, `embed` or `link_preview`."""

    kind: str
    href: Href
    caption: Line = ()


@dataclass(frozen=True, slots=True)
class ObjectLink:
    """A page or database that stands as a block. `kind` is `page`, `database` or `comment`."""

    kind: str
    title: str
    object_id: str
    href: Href | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[TableRow, ...]
    header_row: bool = False
    header_column: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """`ratio` is the share of the width, 0 to 1, or None for equal columns."""

    children: "Blocks"
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    label: Line
    icon: Icon | None
    children: "Blocks"


@dataclass(frozen=True, slots=True)
class Tabs:
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class Synced:
    """A synced block. A copy names its original; without children its content was not readable."""

    original_id: str | None
    href: Href | None = None
    children: "Blocks" = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A group that Notion draws in its own way: meeting notes, an old template button."""

    kind: str
    title: Line
    children: "Blocks" = ()


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands for a block that could not be shown. `type` is Notion's name, `reason` says why in English."""

    type: str
    reason: str
    object_id: str = ""
    children: "Blocks" = ()


Block: TypeAlias = (
    Paragraph
    | Heading
    | List
    | Toggle
    | Quote
    | Callout
    | Code
    | Equation
    | Divider
    | TableOfContents
    | Breadcrumb
    | Media
    | Bookmark
    | ObjectLink
    | Table
    | Columns
    | Tabs
    | Synced
    | Section
    | Placeholder
)
Blocks: TypeAlias = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a page: its name, Notion's type and its value as a line."""

    name: str
    type: str
    content: Line


@dataclass(frozen=True, slots=True)
class Document:
    id: str
    title: Line
    url: str | None = None
    icon: Icon | None = None
    cover: Href | None = None
    fields: tuple[Field, ...] = ()
    blocks: Blocks = ()


def separated(items: Iterable[Line], separator: str = ", ") -> Line:
    """Several lines as one, with a separator between those that are not empty."""
    lines = [line for line in items if line]
    between = Text(separator)
    return tuple(item for position, line in enumerate(lines) for item in ((between, *line) if position else line))


def within(block: Block) -> Iterator[Blocks]:
    """The groups of blocks that lie directly in a block."""
    match block:
        case List():
            yield from (item.children for item in block.items)
        case Columns():
            yield from (column.children for column in block.columns)
        case Tabs():
            yield from (tab.children for tab in block.tabs)
        case Paragraph() | Heading() | Toggle() | Quote() | Callout() | Synced() | Section() | Placeholder():
            yield block.children


def walk(blocks: Blocks) -> Iterator[Block]:
    """All blocks at any depth, in the order of reading."""
    waiting = [iter(blocks)]
    while waiting:
        block = next(waiting[-1], None)
        if block is None:
            waiting.pop()
            continue
        yield block
        waiting.append(chain.from_iterable(within(block)))


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
