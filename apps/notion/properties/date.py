"""Dates, moments and ranges of them."""

from typing import Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering, lower_date
from apps.notion.model import Empty
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, register
from apps.notion.rich_text import DateRange


class DateValue(PropertyValue):
    type: Literal["date"]
    date: DateRange | None

    def text(self) -> str:
        return self.date.label if self.date else ""

    def plain(self, lowering: Lowering) -> Plain:
        return plain_date(self.date)

    def line(self, lowering: Lowering) -> nodes.Line:
        return (lower_date(self.date),) if self.date else ()


class DateSchema(PropertySchema):
    type: Literal["date"]
    date: Empty


def plain_date(date: DateRange | None) -> Plain:
    """The start, or `{start, end, time_zone}` with what there is of it."""
    if date is None:
        return None
    if not date.end and not date.time_zone:
        return date.start
    parts: dict[str, Plain] = {"start": date.start, "end": date.end, "time_zone": date.time_zone}
    return {name: part for name, part in parts.items() if part}


register(DateValue, DateSchema)
