"""Who made a page and who changed it last, which Notion notes."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Empty
from apps.notion.properties.property import PropertySchema, PropertyValue, register
from apps.notion.users import User


class AuthorValue(PropertyValue):
    read_only: ClassVar[str | None] = "Notion notes it"

    def text(self) -> str:
        author: User = self.content
        return author.label

    def line(self, lowering: Lowering) -> nodes.Line:
        return (nodes.Mention("user", self.text()),)


class CreatedByValue(AuthorValue):
    type: Literal["created_by"]
    created_by: User


class CreatedBySchema(PropertySchema):
    type: Literal["created_by"]
    created_by: Empty


class LastEditedByValue(AuthorValue):
    type: Literal["last_edited_by"]
    last_edited_by: User


class LastEditedBySchema(PropertySchema):
    type: Literal["last_edited_by"]
    last_edited_by: Empty


register(CreatedByValue, CreatedBySchema)
register(LastEditedByValue, LastEditedBySchema)
