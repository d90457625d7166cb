"""What a benchmark measured, beside what was promised."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

Bound = Literal["<=", ">="]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``goal`` None: reported, nothing was promised."""

    name: str
    value: float
    unit: str
    bound: Bound = "<="
    goal: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value <= self.goal if self.bound == "<=" else self.value >= self.goal

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"met": self.met}


def shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def show(title: str, figures: Iterable[Figure]) -> None:
    table = Table(title=title, title_justify="left")
    for heading in ("measured", "value", "unit", "goal", "", "note"):
        table.add_column(heading, justify="right" if heading == "value" else "left")
    words = {None: "", True: "met", False: "MISSED"}
    for figure in figures:
        goal = "" if figure.goal is None else f"{figure.bound} {shown(figure.goal)}"
        table.add_row(figure.name, shown(figure.value), figure.unit, goal, words[figure.met], figure.note)
    Console(width=140).print(table)
