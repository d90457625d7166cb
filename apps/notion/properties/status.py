"""One option of several that are grouped into to-do, in progress and complete."""

from typing import Any, ClassVar, Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads
from apps.notion.properties.option import Option, Options
from apps.notion.properties.property import PropertySchema, PropertyValue, register


class StatusValue(PropertyValue):
    type: Literal["status"]
    status: Option | None

    def text(self) -> str:
        return self.status.name if self.status else ""

    def line(self, lowering: Lowering) -> nodes.Line:
        return (self.status.chip(),) if self.status else ()


class StatusGroup(NotionModel):
    id: str | None = None
    name: str
    color: str | None = None
    option_ids: list[str] = []


class StatusConfig(Options):
    """Groups are read beside the options and written inside them, by name (since 2026-06-22)."""

    groups: list[StatusGroup] = []

    response_only: ClassVar[frozenset[str]] = frozenset({"groups"})

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        group_of: dict[str | None, str] = {option: group.name for group in self.groups for option in group.option_ids}
        options: list[dict[str, Any]] = []
        for option in self.options:
            written = option.payload(uploads)
            if option.id in group_of:
                written["group"] = group_of[option.id]
            options.append(written)
        return super().payload(uploads) | {"options": options}


class StatusSchema(PropertySchema):
    type: Literal["status"]
    status: StatusConfig


register(StatusValue, StatusSchema)
