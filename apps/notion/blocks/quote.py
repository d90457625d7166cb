"""Quotations."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, TextContent, register
from apps.notion.lowering import Lowering


@register
class Quote(Block):
    type: Literal["quote"]
    quote: TextContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Quote:
        return nodes.Quote(lowering.line(self.quote.rich_text), self.quote.color, children)
