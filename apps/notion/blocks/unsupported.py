"""Blocks that the API does not return: buttons, forms, AI blocks and others. Listing their children can fail."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel, readable


class UnsupportedContent(NotionModel):
    """`block_type` is the app's name for the block; older answers leave it out."""

    block_type: str | None = None


@register
class Unsupported(Block):
    type: Literal["unsupported"]
    unsupported: UnsupportedContent

    takes_children: ClassVar[bool] = True
    read_only: ClassVar[str | None] = "the API does not support it"

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Placeholder:
        kind = self.unsupported.block_type or self.type
        reason = "Notion's API does not return this type of block"
        return nodes.Placeholder(kind, reason, self.id, children, readable(self.raw()))
