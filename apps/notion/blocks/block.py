"""What every block shares, the registry, and blocks of types we do not know."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar, get_args

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads, payload_of, readable
from apps.notion.parents import Parent
from apps.notion.refusals import ReadOnlyBlock, Unreadable
from apps.notion.rich_text import RichText
from apps.notion.users import User


class Block(NotionModel):
    """The envelope of a block; a subclass adds the field that carries its type's name.

    https://developers.notion.com/reference/block
    """

    object: str = "block"
    id: str = ""
    parent: Parent | None = None
    created_time: str | None = None
    last_edited_time: str | None = None
    created_by: User | None = None
    last_edited_by: User | None = None
    has_children: bool = False
    in_trash: bool = False
    type: str

    takes_children: ClassVar[bool] = False
    read_only: ClassVar[str | None] = None
    """Why the API does not accept this type in a write; None for types that it accepts."""

    @property
    def content(self) -> Any:
        """What stands under the name of the type."""
        return getattr(self, self.type)

    def payload(self, uploads: Uploads = NO_UPLOADS, children: Sequence[Json] = ()) -> Json:
        """The block as it is appended, with the payloads of its children inside.

        Raises `ReadOnlyBlock`, `NeedsUpload` for a file that Notion stores, and `ReadOnlyRun`. The API takes at most
        100 children and two levels of nesting in one request.
        """
        if self.read_only:
            raise ReadOnlyBlock(self.type, self.read_only)
        if children and not self.takes_children:
            raise ValueError(f"a {self.type} block has no children")
        content = payload_of(self.content, uploads)
        if children:
            content["children"] = list(children)
        return {"type": self.type, self.type: content}

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Block:
        """The neutral node for the block, with its lowered children inside."""
        raise TypeError(f"{type(self).__name__} does not say how it is shown")


class UnknownBlock(Block):
    """A type that we do not know, or a block without a type because the connection may not read its content."""

    type: str = ""

    takes_children: ClassVar[bool] = True

    @property
    def content(self) -> Any:
        return (self.model_extra or {}).get(self.type)

    def payload(self, uploads: Uploads = NO_UPLOADS, children: Sequence[Json] = ()) -> Json:
        """The content word for word: whether the API takes it, only the API can tell."""
        if not isinstance(self.content, dict):
            raise ReadOnlyBlock(self.type or "block", "its content is not known")
        content = dict(self.content)
        if children:
            content["children"] = list(children)
        return {"type": self.type, self.type: content}

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Block:
        reason = "this type of block is not known" if self.type else "this connection may not read it"
        return nodes.Placeholder(self.type or "block", reason, self.id, children, readable(self.raw()))


class TextContent(NotionModel):
    """What most text blocks hold."""

    rich_text: RichText
    color: str = "default"


BLOCKS: dict[str, type[Block]] = {}
B = TypeVar("B", bound=Block)


def register(block_type: type[B]) -> type[B]:
    """Adds a block class under the name that its `type` field allows."""
    (name,) = get_args(block_type.model_fields["type"].annotation)
    if name in BLOCKS:
        raise ValueError(f"block type {name!r} is registered twice")
    BLOCKS[name] = block_type
    return block_type


def parse_block(raw: Json) -> Block:
    """Reads a block of any type. Raises `Unreadable` when a known type has a shape that does not fit it."""
    kind = raw.get("type", "") if isinstance(raw, dict) else None
    if not isinstance(kind, str):
        raise Unreadable("block", "not an object with a type")
    return BLOCKS.get(kind, UnknownBlock).parse(raw)
