"""Numbers in the format of their column."""

import pytest

from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.lowering import Lowering, NoContext
from apps.notion.number_formats import format_of, formatted_line, number_words
from apps.notion.properties import parse_property

WORDS = [
    (1234.5, "number", "1234.5"),
    (1234.0, None, "1234"),
    (1234.5, "number_with_commas", "1,234.5"),
    (1234567, "number_with_commas", "1,234,567"),
    (0.07, "percent", "7%"),
    (0.125, "percent", "12.5%"),
    (90400, "euro", "€90,400.00"),
    (-0.5, "dollar", "-$0.50"),
    (1200, "yen", "¥1,200"),
    (5, "parsec", "5"),
]


@pytest.mark.parametrize(("number", "name", "words"), WORDS)
def test_a_number_in_words(number: float, name: str | None, words: str) -> None:
    assert number_words(number, name) == words


NUMBER = {"type": "number", "number": 5}
VALUES = [
    (NUMBER, "€5.00"),
    ({"type": "number", "number": None}, ""),
    ({"type": "rollup", "rollup": {"type": "number", "number": 5, "function": "sum"}}, "€5.00"),
    ({"type": "rollup", "rollup": {"type": "array", "array": [NUMBER, NUMBER]}}, "€5.00, €5.00"),
    ({"type": "email", "email": "5"}, "5"),
]


@pytest.mark.parametrize(("raw", "words"), VALUES)
def test_values_that_are_numbers_follow_the_format(raw: dict[str, object], words: str) -> None:
    assert nodes.plain(formatted_line(parse_property(raw), Lowering(NoContext()), "euro")) == words


EURO = {"type": "number", "number": {"format": "euro"}}
COLUMNS = [
    (EURO, None, "euro"),
    ({"type": "rollup", "rollup": {"function": "sum"}}, EURO, "euro"),
    ({"type": "rollup", "rollup": {"function": "count"}}, EURO, None),
    ({"type": "rollup", "rollup": {"function": "percent_checked"}}, None, "percent"),
    ({"type": "title", "title": {}}, None, None),
]


@pytest.mark.parametrize(("column", "rolled_up", "name"), COLUMNS)
def test_the_format_of_a_column(
    column: dict[str, object], rolled_up: dict[str, object] | None, name: str | None
) -> None:
    assert format_of(column, rolled_up) == name


def test_a_page_follows_the_formats_that_it_is_given() -> None:
    page = {"id": "p", "properties": {"Cost": {"id": "a", **NUMBER}}}
    (field,) = build_document(page, (), formats={"a": "euro"}).fields
    assert nodes.plain(field.content) == "€5.00"
