"""Any number of options."""

from typing import Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.properties.option import Option, Options
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, join, register


class MultiSelectValue(PropertyValue):
    type: Literal["multi_select"]
    multi_select: list[Option]

    def text(self) -> str:
        return join(option.name for option in self.multi_select)

    def plain(self, lowering: Lowering) -> Plain:
        return [option.name for option in self.multi_select]

    def line(self, lowering: Lowering) -> nodes.Line:
        return nodes.separated(((option.chip(),) for option in self.multi_select), " ")


class MultiSelectSchema(PropertySchema):
    type: Literal["multi_select"]
    multi_select: Options


register(MultiSelectValue, MultiSelectSchema)
