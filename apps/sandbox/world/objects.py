"""What a workspace is made of. Everything the API answers is read from these."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from apps.sandbox.dice import fold
from apps.sandbox.world.json import Json, RichText
from apps.sandbox.world.links import Links


@dataclass(slots=True, eq=False)
class User:
    id: str
    name: str
    kind: str
    email: str | None = None
    avatar_url: str | None = None
    is_guest: bool = False
    """The list of users leaves guests out; asked for by id, they are shown."""


@dataclass(slots=True, eq=False)
class Block:
    id: str
    type: str
    payload: Json
    page: "Page"
    parent: "Block | None"
    created: float
    edited: float
    created_by: str
    edited_by: str
    children: list["Block"] = field(default_factory=list)
    in_trash: bool = False
    claims_children: bool = False
    """Says it has children although none can be listed, as unsupported blocks do."""
    serialised: bytes | None = None


@dataclass(slots=True, eq=False)
class Comment:
    id: str
    discussion_id: str
    page: "Page"
    block_id: str | None
    created: float
    edited: float
    created_by: str
    rich_text: list[RichText]
    display_name: Json
    attachments: list[Json] = field(default_factory=list)
    resolved: bool = False


FIRST_ADDED: Final = 1 << 21


@dataclass(slots=True, eq=False)
class Content:
    """What is written on a page: its blocks and the comments on it and on them."""

    blocks: list[Block] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    index: dict[str, Block] = field(default_factory=dict)
    added: int = 0
    """How many blocks and comments were added after generation; they are numbered on from `FIRST_ADDED`."""


@dataclass(frozen=True, slots=True)
class InBlock:
    """A page or database that stands inside a block (toggle, column, …) of a page."""

    page: "Page"
    block_id: str


@dataclass(slots=True, eq=False)
class Page:
    """A page or, when its parent is a data source, a row."""

    no: int
    id: str
    title: str | list[RichText]
    parent: "Parent"
    created: float
    edited: float
    created_by: str
    edited_by: str
    recipe: str = "empty"
    """Which document the generator writes on it; ``empty`` writes none."""
    subject: int = 0
    """What the generated values are about: the number of the row in its data source."""
    icon: Json | None = None
    cover: Json | None = None
    in_trash: bool = False
    is_archived: bool = False
    is_locked: bool = False
    is_template: bool = False
    """What new rows of its data source begin as; no row itself."""
    children: list["Page | Database"] = field(default_factory=list)
    values: dict[str, Any] | None = None
    """Property values that were written, by property id; the others are generated when they are read."""
    content: Content | None = None
    """Set once the content was edited; until then it is generated when it is read."""

    @property
    def data_source(self) -> "DataSource | None":
        return self.parent if isinstance(self.parent, DataSource) else None


@dataclass(slots=True, eq=False)
class Database:
    """The container; a linked database has no data source that the API could read."""

    id: str
    title: list[RichText]
    parent: "Parent"
    created: float
    edited: float
    created_by: str
    edited_by: str
    description: list[RichText] = field(default_factory=list)
    is_inline: bool = False
    is_locked: bool = False
    in_trash: bool = False
    icon: Json | None = None
    cover: Json | None = None
    data_sources: list["DataSource"] = field(default_factory=list)
    views: list["DatabaseView"] = field(default_factory=list)
    linked: str | None = None
    """``no_sources`` answers 400 and ``missing`` 404, as linked databases do."""

    @property
    def living_sources(self) -> list["DataSource"]:
        return [source for source in self.data_sources if not source.in_trash]


@dataclass(slots=True, eq=False)
class Option:
    id: str
    name: str
    color: str
    group: str | None = None

    def value(self) -> Json:
        return {"id": self.id, "name": self.name, "color": self.color}

    def config(self) -> Json:
        return {"id": self.id, "name": self.name, "color": self.color, "description": None}


Maker = Callable[["Page", "Property"], Any]
"""Makes the generated value of one property of one row, in the form the property stores."""


@dataclass(slots=True, eq=False)
class Property:
    id: str
    name: str
    type: str
    config: Json = field(default_factory=dict)
    options: list[Option] = field(default_factory=list)
    groups: list[Json] = field(default_factory=list)
    description: str | None = None
    links: Links | None = None
    reverse: bool = False
    """A dual relation is one set of links read from both ends; this is its second end."""
    target: "DataSource | None" = None
    twin: "Property | None" = None
    make: Maker | None = None
    decoded_id: str = field(init=False)
    """Relation and rollup configurations carry ids decoded, everything else percent-encoded."""
    key: int = field(init=False)
    """The id as a number, for the dice of generated values."""

    def __post_init__(self) -> None:
        self.decoded_id = unquote(self.id)
        self.key = fold(self.id)


@dataclass(slots=True, eq=False)
class DataSource:
    id: str
    database: Database
    title: list[RichText]
    created: float
    edited: float
    created_by: str
    edited_by: str
    description: list[RichText] = field(default_factory=list)
    icon: Json | None = None
    cover: Json | None = None
    in_trash: bool = False
    properties: dict[str, Property] = field(default_factory=dict)
    rows: list[Page] = field(default_factory=list)
    templates: list[Json] = field(default_factory=list)
    unique_id_next: int = 1

    def property_named(self, name_or_id: str) -> Property | None:
        """By id (percent-encoded or not) or by name."""
        found = self.properties.get(name_or_id)
        if found is not None:
            return found
        return next((p for p in self.properties.values() if name_or_id in (p.name, p.decoded_id)), None)


@dataclass(slots=True, eq=False)
class DatabaseView:
    id: str
    database: Database
    data_source: DataSource
    name: str
    type: str
    created: float
    edited: float
    created_by: str
    edited_by: str
    filter: Json | None = None
    sorts: list[Json] | None = None
    configuration: Json | None = None


Parent = Page | DataSource | Database | InBlock | None
"""The direct parent; None stands for the workspace itself."""
