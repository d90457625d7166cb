"""Text that folds away its children."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, TextContent, register
from apps.notion.lowering import Lowering


@register
class Toggle(Block):
    type: Literal["toggle"]
    toggle: TextContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Toggle:
        return nodes.Toggle(lowering.line(self.toggle.rich_text), self.toggle.color, children)
