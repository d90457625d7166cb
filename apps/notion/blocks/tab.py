"""Tabs, since 2026-03-25: the children are paragraphs, which are the labels, and hold the tabs' contents."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import Empty


@register
class TabBlock(Block):
    type: Literal["tab"]
    tab: Empty

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Tabs:
        return nodes.Tabs(tuple(tab_of(child) for child in children))


def tab_of(child: nodes.Block) -> nodes.Tab:
    """Notion allows nothing but paragraphs here; whatever else is found gets a tab without label."""
    if isinstance(child, nodes.Paragraph):
        return nodes.Tab(child.content, child.icon, child.children)
    return nodes.Tab((), None, (child,))
