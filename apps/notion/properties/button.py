"""Buttons: nothing to read, nothing to write."""

from typing import ClassVar, Literal

from apps.notion.model import Empty
from apps.notion.properties.property import PropertySchema, PropertyValue, register


class ButtonValue(PropertyValue):
    type: Literal["button"]
    button: Empty

    read_only: ClassVar[str | None] = "a button has no value"

    def text(self) -> str:
        return ""


class ButtonSchema(PropertySchema):
    type: Literal["button"]
    button: Empty


register(ButtonValue, ButtonSchema)
