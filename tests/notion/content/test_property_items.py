"""Answers of the property endpoint, and values put together from them."""

import pytest

from apps.notion.model import Json
from apps.notion.properties import PropertyItem, complete_value, parse_property
from apps.notion.refusals import Unreadable
from tests.notion.samples import properties as samples
from tests.notion.samples.parts import text, user

PARTS: dict[str, list[object]] = {
    "title": [text("Arm "), text("4")],
    "rich_text": [text("a"), text("b", bold=True)],
    "people": [user(), user("Paul Weir")],
    "relation": [{"id": "r1"}, {"id": "r2"}],
}


def item(kind: str, part: object) -> Json:
    return {"object": "property_item", "type": kind, "id": "%3Fb", kind: part}


def pages(kind: str, parts: list[Json], size: int, head: Json) -> list[Json]:
    """The listing cut into pages; each repeats the head."""
    chunks = [parts[start : start + size] for start in range(0, len(parts), size)] or [[]]
    return [
        {
            "object": "list",
            "results": chunk,
            "next_cursor": None if number == len(chunks) - 1 else f"c{number}",
            "has_more": number < len(chunks) - 1,
            "type": "property_item",
            "property_item": {"id": "%3Fb", "next_url": None, "type": kind, kind: head},
        }
        for number, chunk in enumerate(chunks)
    ]


@pytest.mark.parametrize("kind", sorted(set(samples.VALUES) - set(PARTS)))
def test_a_single_item_is_a_value(kind: str) -> None:
    for sample in samples.VALUES[kind]:
        raw = item(kind, sample.content) | {"request_id": "r"}
        parsed = PropertyItem.parse(raw)
        assert parsed.raw() == raw
        assert parsed.value().text() == parse_property({"id": "%3Fb", "type": kind, kind: sample.content}).text()


@pytest.mark.parametrize("kind", sorted(PARTS))
def test_a_part_is_a_value_with_one_part(kind: str) -> None:
    raw = item(kind, PARTS[kind][0])
    parsed = PropertyItem.parse(raw)
    assert parsed.raw() == raw
    assert parsed.value().content == parse_property({"id": "a", "type": kind, kind: PARTS[kind][:1]}).content


@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("kind", sorted(PARTS))
def test_parts_become_the_whole_value(kind: str, size: int) -> None:
    whole = complete_value(pages(kind, [item(kind, part) for part in PARTS[kind]], size, {}))
    expected: Json = {"id": "%3Fb", "type": kind, kind: PARTS[kind]}
    assert whole == (expected | {"has_more": False} if kind == "relation" else expected)
    assert parse_property(whole).raw() == whole
    parse_property(whole).payload()


def test_no_parts_are_an_empty_value() -> None:
    assert complete_value(pages("relation", [], 100, {}))["relation"] == []


def test_a_rolled_up_array_is_put_together() -> None:
    parts = [{"object": "property_item", "id": "x", "type": "number", "number": number} for number in (1, 2, 3)]
    head = {"type": "array", "array": [], "function": "show_original"}
    whole = complete_value(pages("rollup", parts, 2, head))
    assert whole["rollup"] == {
        "type": "array",
        "array": [{"type": "number", "number": number} for number in (1, 2, 3)],
        "function": "show_original",
    }
    assert parse_property(whole).text() == "1, 2, 3"


def test_a_rolled_up_number_is_the_last_page_s() -> None:
    listing = pages(
        "rollup", [item("number", 1), item("number", 2)], 1, {"type": "incomplete", "incomplete": {}, "function": "sum"}
    )
    listing[-1]["property_item"]["rollup"] = {"type": "number", "number": 3, "function": "sum"}
    assert complete_value(listing)["rollup"] == {"type": "number", "number": 3, "function": "sum"}


@pytest.mark.parametrize(
    "listing",
    [
        [],
        [{"results": []}],
        [{"results": [], "property_item": {"id": "a"}}],
        [{"results": [], "property_item": {"type": "rollup"}}],
    ],
)
def test_what_is_no_listing_of_a_property_is_refused(listing: list[Json]) -> None:
    with pytest.raises(Unreadable):
        complete_value(listing)
