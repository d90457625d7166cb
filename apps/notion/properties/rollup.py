"""Values gathered over a relation, which Notion computes. Above 25 references they may be wrong on the page."""

from typing import Annotated, ClassVar, Literal

from pydantic import PlainValidator

from apps.notion import nodes
from apps.notion.lowering import Lowering, lower_date
from apps.notion.model import NotionModel, Tagged
from apps.notion.properties.date import plain_date
from apps.notion.properties.property import (
    Plain,
    PropertySchema,
    PropertyValue,
    join,
    parse_property,
    register,
    text_of,
)
from apps.notion.rich_text import DateRange


class RollupResult(Tagged):
    """`incomplete` in a listing that goes on, `unsupported` when too many pages would have to be read."""

    number: int | float | None = None
    date: DateRange | None = None
    array: list[Annotated[PropertyValue, PlainValidator(parse_property)]] | None = None
    function: str | None = None

    kinds: ClassVar[frozenset[str]] = frozenset({"number", "date", "array"})
    nullable: ClassVar[bool] = True


class RollupValue(PropertyValue):
    type: Literal["rollup"]
    rollup: RollupResult

    read_only: ClassVar[str | None] = "Notion computes it"

    def text(self) -> str:
        if self.rollup.array is not None:
            return join(value.text() for value in self.rollup.array)
        return self.rollup.date.label if self.rollup.date else text_of(self.rollup.value)

    def plain(self, lowering: Lowering) -> Plain:
        if self.rollup.array is not None:
            return [value.plain(lowering) for value in self.rollup.array]
        return plain_date(self.rollup.date) if self.rollup.date else self.rollup.number

    def line(self, lowering: Lowering) -> nodes.Line:
        if self.rollup.date:
            return (lower_date(self.rollup.date),)
        if self.rollup.array is None:
            return super().line(lowering)
        return nodes.separated(value.line(lowering) for value in self.rollup.array)


class RollupConfig(NotionModel):
    """Names and ids say the same; ids mean nothing in another data source."""

    relation_property_name: str | None = None
    rollup_property_name: str | None = None
    relation_property_id: str | None = None
    rollup_property_id: str | None = None
    function: str

    response_only: ClassVar[frozenset[str]] = frozenset({"relation_property_id", "rollup_property_id"})


class RollupSchema(PropertySchema):
    type: Literal["rollup"]
    rollup: RollupConfig


register(RollupValue, RollupSchema)
