"""One of several columns."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel


class ColumnContent(NotionModel):
    """`width_ratio` is the share of the width, 0 to 1; absent when all columns are equal."""

    width_ratio: int | float | None = None


@register
class Column(Block):
    type: Literal["column"]
    column: ColumnContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Columns:
        """A list of one column; the list around it takes the column, a column without list stays visible."""
        return nodes.Columns((nodes.Column(children, self.column.width_ratio),))
