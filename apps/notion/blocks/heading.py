"""Headings of four levels. A toggleable heading has children, the others have none."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, TextContent, register
from apps.notion.lowering import Lowering


class HeadingContent(TextContent):
    is_toggleable: bool = False


class Heading(Block):
    takes_children: ClassVar[bool] = True
    level: ClassVar[int]

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Heading:
        content: HeadingContent = self.content
        return nodes.Heading(
            level=self.level,
            content=lowering.line(content.rich_text),
            id=self.id,
            color=content.color,
            toggle=content.is_toggleable,
            children=children,
        )


@register
class Heading1(Heading):
    type: Literal["heading_1"]
    heading_1: HeadingContent

    level: ClassVar[int] = 1


@register
class Heading2(Heading):
    type: Literal["heading_2"]
    heading_2: HeadingContent

    level: ClassVar[int] = 2


@register
class Heading3(Heading):
    type: Literal["heading_3"]
    heading_3: HeadingContent

    level: ClassVar[int] = 3


@register
class Heading4(Heading):
    """Since 2026-03-30."""

    type: Literal["heading_4"]
    heading_4: HeadingContent

    level: ClassVar[int] = 4
