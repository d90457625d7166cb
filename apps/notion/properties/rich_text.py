"""Text with styles."""

from typing import Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Empty
from apps.notion.properties.property import PropertySchema, PropertyValue, register
from apps.notion.rich_text import RichText, plain_text


class RichTextValue(PropertyValue):
    type: Literal["rich_text"]
    rich_text: RichText

    def text(self) -> str:
        return plain_text(self.rich_text)

    def line(self, lowering: Lowering) -> nodes.Line:
        return lowering.line(self.rich_text)


class RichTextSchema(PropertySchema):
    type: Literal["rich_text"]
    rich_text: Empty


register(RichTextValue, RichTextSchema)
