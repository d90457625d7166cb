"""Items of numbered lists. Only the first item of a list tells where and how it counts."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, TextContent, register
from apps.notion.lowering import Lowering


class NumberedListItemContent(TextContent):
    """`list_format` is `numbers`, `letters` or `roman`."""

    list_start_index: int | None = None
    list_format: str | None = None


@register
class NumberedListItem(Block):
    type: Literal["numbered_list_item"]
    numbered_list_item: NumberedListItemContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.List:
        content = self.numbered_list_item
        item = nodes.ListItem(lowering.line(content.rich_text), content.color, children=children)
        return nodes.List("numbered", (item,), content.list_start_index, content.list_format)
