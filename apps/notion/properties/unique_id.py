"""Numbers that Notion gives to rows, with a prefix of the author's choice."""

from typing import ClassVar, Literal

from apps.notion.model import NotionModel
from apps.notion.properties.property import PropertySchema, PropertyValue, register


class UniqueId(NotionModel):
    prefix: str | None = None
    number: int | None = None


class UniqueIdValue(PropertyValue):
    type: Literal["unique_id"]
    unique_id: UniqueId

    read_only: ClassVar[str | None] = "Notion counts it"

    def text(self) -> str:
        if self.unique_id.number is None:
            return ""
        prefix = self.unique_id.prefix
        return f"{prefix}-{self.unique_id.number}" if prefix else str(self.unique_id.number)


class UniqueIdConfig(NotionModel):
    prefix: str | None = None


class UniqueIdSchema(PropertySchema):
    type: Literal["unique_id"]
    unique_id: UniqueIdConfig


register(UniqueIdValue, UniqueIdSchema)
