"""Simple tables. Their children are rows; the API creates a table only together with its rows."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel


class TableContent(NotionModel):
    table_width: int
    has_column_header: bool = False
    has_row_header: bool = False


@register
class Table(Block):
    type: Literal["table"]
    table: TableContent

    takes_children: ClassVar[bool] = True

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Block:
        """Notion allows nothing but rows in a table; whatever else is found, an unreadable row say, follows it."""
        rows = tuple(row for child in children if isinstance(child, nodes.Table) for row in child.rows)
        table = nodes.Table(rows, self.table.has_column_header, self.table.has_row_header)
        others = tuple(child for child in children if not isinstance(child, nodes.Table))
        return nodes.Section(self.type, (), (table, *others)) if others else table
