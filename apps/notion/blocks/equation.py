"""Equations that stand alone, in KaTeX's language."""

from typing import Literal

from apps.notion import nodes
from apps.notion.blocks.block import Block, register
from apps.notion.lowering import Lowering
from apps.notion.rich_text import EquationBody


@register
class Equation(Block):
    type: Literal["equation"]
    equation: EquationBody

    def lower(self, lowering: Lowering, children: nodes.Blocks) -> nodes.Equation:
        return nodes.Equation(self.equation.expression)
