"""The rows of a data source as a table, piece by piece, and what is said of them."""

from collections.abc import Iterable

from apps.notion import nodes
from apps.notion.document import lower_rich_text
from apps.notion.lowering import Context, Lowering
from apps.notion.markdown.line import cell, inline, paragraph
from apps.notion.model import Json
from apps.notion.properties import parse_property
from apps.notion.refusals import Unreadable

UNREADABLE = "(could not be read)"


def column_names(schema: Json) -> list[str]:
    """The title first, the others by name; what else Notion knows of their order belongs to a view."""
    properties: Json = schema.get("properties") or {}
    titles = [name for name, value in properties.items() if value.get("type") == "title"]
    return [*(titles or ["Name"]), *sorted(name for name in properties if name not in titles)]


def write_head(names: list[str]) -> str:
    return _row(cell((nodes.Text(name),)) for name in names) + _row("---" for _ in names)


def write_row(names: list[str], title: nodes.Text, values: Json, lowering: Lowering) -> str:
    """A row's line; `title` stands in the first column, `values` are its raw properties by name."""
    return _row([cell((title,)), *(_cell(values.get(name), lowering) for name in names[1:])])


def write_description(raw: Json, context: Context) -> str:
    """What a database or data source says of itself; empty when it says nothing."""
    return paragraph(lower_rich_text(raw.get("description") or [], context=context))


def write_view(title: str, kind: str) -> str:
    """A line of the list of views."""
    return f"- {inline((nodes.Text(title or 'Untitled'),))} ({inline((nodes.Text(kind or 'view'),))})\n"


def write_heading(level: int, words: str) -> str:
    return f"{'#' * level} {inline((nodes.Text(words or 'Untitled'),))}"


def _cell(raw: Json | None, lowering: Lowering) -> str:
    if raw is None:
        return ""
    try:
        return cell(parse_property(raw).line(lowering))
    except Unreadable:
        return UNREADABLE


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
