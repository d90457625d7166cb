"""Links shown as a card."""

from typing import Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel
from apps.notion.rich_text import RichText


class BookmarkContent(NotionModel):
    url: str
    caption: RichText = []


@register
class Bookmark(Block):
    type: Literal["bookmark"]
    bookmark: BookmarkContent

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Bookmark:
        content = self.bookmark
        return nodes.Bookmark("bookmark", lowering.href(content.url), lowering.line(content.caption))
