"""Options, as select, multi_select and status share them."""

from typing import ClassVar

from apps.notion import nodes
from apps.notion.model import NO_UPLOADS, Json, NotionModel, Uploads


class Option(NotionModel):
    """A chosen option. It is written by its name: ids are another data source's business."""

    id: str | None = None
    name: str
    color: str | None = None

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        return {"name": self.name}

    def chip(self) -> nodes.Chip:
        return nodes.Chip(self.name, self.color or "default")


class OptionConfig(NotionModel):
    """An option of a schema."""

    id: str | None = None
    name: str
    color: str | None = None
    description: str | None = None

    response_only: ClassVar[frozenset[str]] = frozenset({"id"})
    omitted_when_null: ClassVar[frozenset[str]] = frozenset({"description"})


class Options(NotionModel):
    options: list[OptionConfig] = []
