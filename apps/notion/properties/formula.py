"""Results of formulas, which Notion computes."""

from typing import ClassVar, Literal

from apps.notion import nodes
from apps.notion.lowering import Lowering, lower_date
from apps.notion.model import NotionModel, Tagged
from apps.notion.properties.date import plain_date
from apps.notion.properties.property import Plain, PropertySchema, PropertyValue, register, text_of
from apps.notion.rich_text import DateRange


class FormulaResult(Tagged):
    """`unsupported` when too many pages would have to be read."""

    string: str | None = None
    number: int | float | None = None
    boolean: bool | None = None
    date: DateRange | None = None

    kinds: ClassVar[frozenset[str]] = frozenset({"string", "number", "boolean", "date"})
    nullable: ClassVar[bool] = True


class FormulaValue(PropertyValue):
    type: Literal["formula"]
    formula: FormulaResult

    read_only: ClassVar[str | None] = "Notion computes it"

    def text(self) -> str:
        return self.formula.date.label if self.formula.date else text_of(self.formula.value)

    def plain(self, lowering: Lowering) -> Plain:
        if self.formula.date:
            return plain_date(self.formula.date)
        return self.formula.value if self.formula.known else None

    def line(self, lowering: Lowering) -> nodes.Line:
        if self.formula.date:
            return (lower_date(self.formula.date),)
        if self.formula.boolean is not None:
            return (nodes.Check(self.formula.boolean),)
        return super().line(lowering)


class FormulaConfig(NotionModel):
    """Readable (`prop("Name")`) or in Notion's internal language of placeholders."""

    expression: str | None = None


class FormulaSchema(PropertySchema):
    type: Literal["formula"]
    formula: FormulaConfig


register(FormulaValue, FormulaSchema)
