"""Paragraphs; inside a tab block they are the labels of the tabs and may carry an icon."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, TextContent, register
from apps.notion.icons import Icon
from apps.notion.lowering import Lowering


class ParagraphContent(TextContent):
    icon: Icon | None = None

    omitted_when_null: ClassVar[frozenset[str]] = frozenset({"icon"})


@register
class Paragraph(Block):
    type: Literal["paragraph"]
    paragraph: ParagraphContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Paragraph:
        content = self.paragraph
        return nodes.Paragraph(lowering.line(content.rich_text), content.color, lowering.icon(content.icon), children)
