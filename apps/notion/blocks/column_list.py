"""Columns side by side. The API creates them only together: at least two, none of them empty."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import Empty


@register
class ColumnList(Block):
    type: Literal["column_list"]
    column_list: Empty

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Columns:
        return nodes.Columns(tuple(column for child in children for column in columns_of(child)))


def columns_of(child: nodes.Block) -> tuple[nodes.Column, ...]:
    """Notion allows nothing but columns here; whatever else is found gets a column of its own."""
    return child.columns if isinstance(child, nodes.Columns) else (nodes.Column((child,)),)
