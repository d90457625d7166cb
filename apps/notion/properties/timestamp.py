"""When a page was made, last changed and last visited, which Notion notes."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Empty
from apps.notion.properties.property import PropertySchema, PropertyValue, register


class TimestampValue(PropertyValue):
    read_only: ClassVar[str | None] = "Notion notes it"

    def line(self, lowering: Lowering) -> nodes.Line:
        noted = self.text()
        return (nodes.Moment(noted, noted),) if noted else ()


class CreatedTimeValue(TimestampValue):
    type: Literal["created_time"]
    created_time: str


class CreatedTimeSchema(PropertySchema):
    type: Literal["created_time"]
    created_time: Empty


class LastEditedTimeValue(TimestampValue):
    type: Literal["last_edited_time"]
    last_edited_time: str


class LastEditedTimeSchema(PropertySchema):
    type: Literal["last_edited_time"]
    last_edited_time: Empty


class LastVisitedTimeValue(TimestampValue):
    type: Literal["last_visited_time"]
    last_visited_time: str | None


class LastVisitedTimeSchema(PropertySchema):
    type: Literal["last_visited_time"]
    last_visited_time: Empty


register(CreatedTimeValue, CreatedTimeSchema)
register(LastEditedTimeValue, LastEditedTimeSchema)
register(LastVisitedTimeValue, LastVisitedTimeSchema)
