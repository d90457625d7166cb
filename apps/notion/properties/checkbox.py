"""Yes or no."""

from typing import Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Empty
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, register


class CheckboxValue(PropertyValue):
    type: Literal["checkbox"]
    checkbox: bool

    def plain(self, lowering: Lowering) -> Plain:
        return self.checkbox

    def line(self, lowering: Lowering) -> nodes.Line:
        return (nodes.Check(self.checkbox),)


class CheckboxSchema(PropertySchema):
    type: Literal["checkbox"]
    checkbox: Empty


register(CheckboxValue, CheckboxSchema)
