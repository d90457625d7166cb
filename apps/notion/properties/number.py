"""Numbers. The format (`number`, `percent`, `euro`, …) is a matter of the schema; 0.5 as percent stays 0.5."""

from typing import Literal

from apps.notion.lowering import Lowering
from apps.notion.model import NotionModel
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, register


class NumberValue(PropertyValue):
    type: Literal["number"]
    number: int | float | None

    def plain(self, lowering: Lowering) -> Plain:
        return self.number


class NumberConfig(NotionModel):
    format: str | None = None


class NumberSchema(PropertySchema):
    type: Literal["number"]
    number: NumberConfig


register(NumberValue, NumberSchema)
