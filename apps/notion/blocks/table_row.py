"""Rows of simple tables."""

from typing import Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel
from apps.notion.rich_text import RichText


class TableRowContent(NotionModel):
    cells: list[RichText]


@register
class TableRow(Block):
    type: Literal["table_row"]
    table_row: TableRowContent

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Table:
        """A table of one row; the table around it takes the row, a row without table stays visible."""
        row = nodes.TableRow(tuple(lowering.line(cell) for cell in self.table_row.cells))
        return nodes.Table((row,))
