"""Links of connected services; made only in the app."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.nodes import Href
from apps.notion.rich_text import LinkPreview as LinkPreviewContent


@register
class LinkPreview(Block):
    type: Literal["link_preview"]
    link_preview: LinkPreviewContent

    read_only: ClassVar[str | None] = "link previews are made in the app; a bookmark can stand in"

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Bookmark:
        return nodes.Bookmark("link_preview", Href(self.link_preview.url))
