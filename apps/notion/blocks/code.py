"""Program text. Its runs carry styles in Notion; what is shown is the plain text."""

from typing import Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel
from apps.notion.rich_text import RichText, plain_text


class CodeContent(NotionModel):
    rich_text: RichText
    language: str
    caption: RichText = []


@register
class Code(Block):
    type: Literal["code"]
    code: CodeContent

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Code:
        content = self.code
        return nodes.Code(plain_text(content.rich_text), content.language, lowering.line(content.caption))
