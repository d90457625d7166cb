"""Horizontal lines."""

from typing import Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import Empty


@register
class Divider(Block):
    type: Literal["divider"]
    divider: Empty

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Divider:
        return nodes.Divider()
