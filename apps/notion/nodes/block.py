"""What stands in a document: paragraphs, lists, tables, and the groups they form."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from apps.notion.nodes.inline import Href, Icon, Line


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
    """What stands for a block that could not be shown. `type` is Notion's name, `reason` says why in English.

    `raw` is the block's JSON as text, so that nothing that it holds is out of sight.
    """

    type: str
    reason: str
    object_id: str = ""
    children: "Blocks" = ()
    raw: str = ""


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
