"""Simple tables: those that stand in a page."""

from apps.notion import nodes
from apps.notion.html.line import render_line
from apps.notion.html.markup import EMPTY, Markup, join, tag

FEW = 4
"""Columns that fit into a page; a wider table can be moved within it, with the keyboard too."""


def render_table(block: nodes.Table) -> Markup:
    rows = [_row(row, block, first=position == 0) for position, row in enumerate(block.rows)]
    head = tag("thead", rows.pop(0)) if block.header_row and rows else EMPTY
    table = tag("table", head, tag("tbody", join(rows)) if rows else EMPTY, class_="nb-table")
    if max((len(row.cells) for row in block.rows), default=0) <= FEW:
        return table
    return tag("div", table, class_="nb-wide", role="group", aria_label="Table", tabindex="0")


def _row(row: nodes.TableRow, table: nodes.Table, *, first: bool) -> Markup:
    cells = (
        tag("th", render_line(cell), scope="col")
        if first and table.header_row
        else tag("th", render_line(cell), scope="row")
        if position == 0 and table.header_column
        else tag("td", render_line(cell))
        for position, cell in enumerate(row.cells)
    )
    return tag("tr", join(cells))
