"""One option of several."""

from typing import Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.properties.option import Option, Options
from apps.notion.properties.property import PropertySchema, PropertyValue, register


class SelectValue(PropertyValue):
    type: Literal["select"]
    select: Option | None

    def text(self) -> str:
        return self.select.name if self.select else ""

    def line(self, lowering: Lowering) -> nodes.Line:
        return (self.select.chip(),) if self.select else ()


class SelectSchema(PropertySchema):
    type: Literal["select"]
    select: Options


register(SelectValue, SelectSchema)
