"""References to rows of a data source.

A page carries at most 25; `has_more` says that there are more, and the property endpoint has them all.
"""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import NO_UPLOADS, Empty, Json, NotionModel, Tagged, Uploads
from apps.notion.nodes import Href
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, join, register
from apps.notion.refusals import NotWritable
from apps.notion.rich_text import ObjectRef


class RelationValue(PropertyValue):
    type: Literal["relation"]
    relation: list[ObjectRef]
    has_more: bool = False

    def text(self) -> str:
        return join(reference.id for reference in self.relation)

    def plain(self, lowering: Lowering) -> Plain:
        return [link.title if (link := lowering.link(row.id)) else row.id for row in self.relation]

    def line(self, lowering: Lowering) -> nodes.Line:
        return nodes.separated((_mention(reference.id, lowering),) for reference in self.relation)

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        """Writing replaces all references, so a value that was cut is refused: read it whole first."""
        if self.has_more:
            raise NotWritable(self.type, "only its first references were read")
        return super().payload(uploads)


def _mention(object_id: str, lowering: Lowering) -> nodes.Mention:
    link = lowering.link(object_id)
    if link is None:
        return nodes.Mention("page", object_id)
    return nodes.Mention("page", link.title or "Untitled", Href(link.href, trusted=True))


class DualProperty(NotionModel):
    """The property on the other side; its id there means nothing elsewhere."""

    synced_property_name: str | None = None
    synced_property_id: str | None = None

    response_only: ClassVar[frozenset[str]] = frozenset({"synced_property_id"})


class RelationConfig(Tagged):
    """Written with the data source alone since 2025-09-03, read with its database as well."""

    database_id: str | None = None
    data_source_id: str | None = None
    single_property: Empty | None = None
    dual_property: DualProperty | None = None

    kinds: ClassVar[frozenset[str]] = frozenset({"single_property", "dual_property"})

    def payload(self, uploads: Uploads = NO_UPLOADS) -> Json:
        written = super().payload(uploads)
        if self.data_source_id:
            written.pop("database_id", None)
        return written


class RelationSchema(PropertySchema):
    type: Literal["relation"]
    relation: RelationConfig


register(RelationValue, RelationSchema)
