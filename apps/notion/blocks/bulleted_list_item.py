"""Items of bulleted lists."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, TextContent, register
from apps.notion.lowering import Lowering


@register
class BulletedListItem(Block):
    type: Literal["bulleted_list_item"]
    bulleted_list_item: TextContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.List:
        content = self.bulleted_list_item
        item = nodes.ListItem(lowering.line(content.rich_text), content.color, children=children)
        return nodes.List("bulleted", (item,))
