"""Pages inside a page. The block's id is the page's id."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel


class ChildPageContent(NotionModel):
    title: str


@register
class ChildPage(Block):
    type: Literal["child_page"]
    child_page: ChildPageContent

    read_only: ClassVar[str | None] = "pages are made through the pages API"

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Block:
        return lowering.object_link("page", self.id, self.child_page.title)
