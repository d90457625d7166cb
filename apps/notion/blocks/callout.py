"""Framed text with an icon."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, TextContent, register
from apps.notion.icons import Icon
from apps.notion.lowering import Lowering


class CalloutContent(TextContent):
    icon: Icon | None = None

    omitted_when_null: ClassVar[frozenset[str]] = frozenset({"icon"})


@register
class Callout(Block):
    type: Literal["callout"]
    callout: CalloutContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Callout:
        content = self.callout
        return nodes.Callout(lowering.line(content.rich_text), lowering.icon(content.icon), content.color, children)
