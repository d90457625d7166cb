"""Lines with a checkbox."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, TextContent, register
from apps.notion.lowering import Lowering


class ToDoContent(TextContent):
    checked: bool = False


@register
class ToDo(Block):
    type: Literal["to_do"]
    to_do: ToDoContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.List:
        content = self.to_do
        item = nodes.ListItem(
            lowering.line(content.rich_text), content.color, checked=content.checked, children=children
        )
        return nodes.List("to_do", (item,))
