"""The list of a page's headings, drawn by Notion."""

from typing import Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel


class TableOfContentsContent(NotionModel):
    color: str = "default"


@register
class TableOfContents(Block):
    type: Literal["table_of_contents"]
    table_of_contents: TableOfContentsContent

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.TableOfContents:
        return nodes.TableOfContents(self.table_of_contents.color)
