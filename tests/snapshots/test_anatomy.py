"""Reading just enough of an object: title, place, order, files, what was cut."""

from typing import Any
from uuid import UUID

import pytest

from apps.snapshots.capture.anatomy import Place, page_kind, place_of, shortened, sort_key, title_of
from apps.snapshots.capture.files_in import FileRef, file_id, files_in
from apps.snapshots.capture.pages import linked
from apps.snapshots.capture.properties import is_cut
from apps.snapshots.models import Kind, NodeState, Turn

ID = "11111111-2222-4333-8444-555555555555"
RUNS = [{"type": "text", "plain_text": "Two\nlines "}, {"type": "mention", "plain_text": "@Ada"}]


def test_titles_stand_in_three_places() -> None:
    page = {"properties": {"Size": {"type": "number"}, "Name": {"type": "title", "title": RUNS}}}
    assert title_of(page) == "Two lines @Ada"
    assert title_of({"title": RUNS}) == "Two lines @Ada"
    assert title_of({"name": "Board"}) == "Board"
    assert title_of({"properties": {}}) == ""


def test_long_titles_are_cut_visibly_and_hold_nothing_that_a_database_refuses() -> None:
    assert shortened("a\0b") == "ab"
    assert len(shortened("x" * 1_000)) == 300
    assert shortened("x" * 1_000).endswith("…")


@pytest.mark.parametrize(
    ("parent", "place"),
    [
        ({"type": "workspace", "workspace": True}, Place()),
        ({"type": "page_id", "page_id": ID}, Place(UUID(ID), Kind.PAGE)),
        ({"type": "database_id", "database_id": ID}, Place(UUID(ID), Kind.DATABASE)),
        ({"type": "data_source_id", "data_source_id": ID, "database_id": "x"}, Place(UUID(ID), Kind.DATA_SOURCE)),
        ({"type": "block_id", "block_id": ID}, Place(block=UUID(ID))),
        ({"type": "agent_id", "agent_id": ID}, Place()),
        ({"type": "something_new", "something_new": {"id": ID}}, Place()),
        (None, Place()),
    ],
)
def test_every_parent_says_where_an_object_lies(parent: Any, place: Place) -> None:
    assert place_of({"parent": parent}) == place
    row = parent is not None and parent["type"] in ("data_source_id", "database_id")
    assert page_kind({"parent": parent}) == (Kind.ROW if row else Kind.PAGE)


def test_siblings_sort_by_creation_whatever_the_precision_of_its_time() -> None:
    early = sort_key({"id": ID, "created_time": "2026-07-04T09:11:00.000Z"})
    late = sort_key({"id": "0" + ID[1:], "created_time": "2026-07-04T09:11:02.556+00:00"})
    assert early < late
    assert len(late) <= 64


HOSTED = "https://prod-files-secure.s3.us-west-2.amazonaws.com/space/file/plan%20B.pdf"
SIGNED = f"{HOSTED}?X-Amz-Signature=abc"
FILE = {"type": "file", "file": {"url": SIGNED, "expiry_time": "x"}}
LINK = {"type": "external", "external": {"url": "http://a/b.png"}}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (FILE, [FileRef(HOSTED, SIGNED, True)]),
        (FILE | {"name": "B"}, [FileRef(HOSTED, SIGNED, True, "B")]),
        (LINK, [FileRef("http://a/b.png", "http://a/b.png", False)]),
        ([{"category": "pdf", "file": {"url": SIGNED, "expiry_time": "x"}}], [FileRef(HOSTED, SIGNED, True)]),
        ({"caption": [], "url": SIGNED}, [FileRef(HOSTED, SIGNED, True)]),
        ({"caption": [], "url": "https://example.test/page?x=1"}, []),
        ({"rich_text": [{"type": "text", "text": {"link": {"url": "https://example.test"}}}], "icon": None}, []),
        ({"icon": {"type": "emoji", "emoji": "x"}}, []),
        ({"future": [{"deep": FILE}]}, [FileRef(HOSTED, SIGNED, True)]),
        (None, []),
    ],
)
def test_files_are_found_wherever_they_stand(value: Any, found: list[FileRef]) -> None:
    assert list(files_in(value)) == found


def test_a_file_is_named_by_its_address_without_the_signature() -> None:
    (one,) = files_in(FILE)
    (two,) = files_in({"type": "file", "file": {"url": f"{HOSTED}?X-Amz-Signature=other", "expiry_time": "y"}})
    assert one.id == two.id == file_id(HOSTED)
    assert one.label == "plan B.pdf"


def test_links_to_pages_and_databases_are_followed_last() -> None:
    (found,) = linked({"type": "page_id", "page_id": ID})
    assert (found.object, found.kind, found.state, found.turn) == (UUID(ID), Kind.PAGE, NodeState.HINTED, Turn.LAST)
    assert linked({"type": "comment_id", "comment_id": ID}) == []


def people(count: int) -> dict[str, Any]:
    return {"type": "people", "people": [{"id": str(number)} for number in range(count)]}


@pytest.mark.parametrize(
    ("value", "cut"),
    [
        (people(24), False),
        (people(25), True),
        ({"type": "relation", "relation": [], "has_more": True}, True),
        ({"type": "relation", "relation": [{"id": "x"}], "has_more": False}, False),
        ({"type": "rich_text", "rich_text": [{"type": "text"}] * 90}, False),
        ({"type": "title", "title": [{"type": "mention"}] * 25}, True),
        ({"type": "rollup", "rollup": {"type": "array", "array": [{}] * 25}}, True),
        ({"type": "rollup", "rollup": {"type": "number", "number": 25}}, False),
        ({"type": "select", "select": None}, False),
    ],
)
def test_a_value_of_twenty_five_references_may_have_been_cut(value: dict[str, Any], cut: bool) -> None:
    assert is_cut(value) is cut
