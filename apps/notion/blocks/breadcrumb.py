"""The path of parents, drawn by Notion."""

from typing import Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import Empty


@register
class Breadcrumb(Block):
    type: Literal["breadcrumb"]
    breadcrumb: Empty

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Breadcrumb:
        return nodes.Breadcrumb()
