"""Links to a page, database or comment that stand as a block."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import Tagged, readable


class PageTarget(Tagged):
    page_id: str | None = None
    database_id: str | None = None
    comment_id: str | None = None

    kinds: ClassVar[frozenset[str]] = frozenset({"page_id", "database_id", "comment_id"})


@register
class LinkToPage(Block):
    type: Literal["link_to_page"]
    link_to_page: PageTarget

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Block:
        target = self.link_to_page
        if not isinstance(target.value, str):
            reason = "it leads to something that is not known"
            return nodes.Placeholder(self.type, reason, self.id, raw=readable(self.raw()))
        return lowering.object_link(target.type.removesuffix("_id"), target.value)
