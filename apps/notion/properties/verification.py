"""Whether a page of a wiki is verified, by whom and until when. Writable since 2026-03-25, in wikis only."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering, lower_date
from apps.notion.model import Empty, NotionModel
from apps.notion.properties.date import plain_date
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, register
from apps.notion.rich_text import DateRange
from apps.notion.users import User


class Verification(NotionModel):
    """`state` is `unverified`, `verified` or `expired`; who verified is always who writes."""

    state: str
    verified_by: User | None = None
    date: DateRange | None = None

    response_only: ClassVar[frozenset[str]] = frozenset({"verified_by"})
    omitted_when_null: ClassVar[frozenset[str]] = frozenset({"date"})


class VerificationValue(PropertyValue):
    type: Literal["verification"]
    verification: Verification | None

    def text(self) -> str:
        if not self.verification:
            return ""
        date = self.verification.date
        return f"{self.verification.state} ({date.label})" if date else self.verification.state

    def line(self, lowering: Lowering) -> nodes.Line:
        if not self.verification or not self.verification.date:
            return super().line(lowering)
        return (nodes.Text(f"{self.verification.state} ("), lower_date(self.verification.date), nodes.Text(")"))

    def plain(self, lowering: Lowering) -> Plain:
        if not self.verification:
            return None
        by = self.verification.verified_by
        parts: dict[str, Plain] = {
            "state": self.verification.state,
            "verified_by": by.label if by else None,
            "date": plain_date(self.verification.date),
        }
        return {name: part for name, part in parts.items() if part}


class VerificationSchema(PropertySchema):
    type: Literal["verification"]
    verification: Empty


register(VerificationValue, VerificationSchema)
