"""Titles: each data source has exactly one; a page outside of a data source has nothing else."""

from typing import Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Empty
from apps.notion.properties.property import PropertySchema, PropertyValue, register
from apps.notion.rich_text import RichText, plain_text


class TitleValue(PropertyValue):
    type: Literal["title"]
    title: RichText

    def text(self) -> str:
        return plain_text(self.title)

    def line(self, lowering: Lowering) -> nodes.Line:
        return lowering.line(self.title)


class TitleSchema(PropertySchema):
    type: Literal["title"]
    title: Empty


register(TitleValue, TitleSchema)
