"""What the client sends and hands on under each version: always our words above, always Notion's below."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from apps.notion.client import NotionClient
from apps.notion.errors import NotInVersion, UnknownVersion
from apps.notion.network import open_client
from apps.notion.transports.base import Call, Json
from apps.notion.transports.budget import RateBudget
from apps.notion.versions import CURRENT, VERSIONS, version_named

DATABASE = "1c0ffee0-0000-4000-8000-0000000000d1"
SOURCE = "1c0ffee0-0000-4000-8000-5a5a5a5a5a8b"
"""The id that is made for the data source of `DATABASE`."""
KNOWN = "1c0ffee0-0000-4000-8000-000000000051"
OTHER = "1c0ffee0-0000-4000-8000-0000000000d2"
WORDS = [{"type": "text", "plain_text": "Tasks", "text": {"content": "Tasks", "link": None}}]

Method = Callable[[NotionClient], Awaitable[Any]]


class Notion:
    """Answers every call with the same JSON and remembers the calls."""

    def __init__(self, answer: Json | None = None) -> None:
        self.calls: list[Call] = []
        self._answer = answer or {"object": "list", "results": [], "has_more": False, "next_cursor": None}

    async def send(self, call: Call) -> Json:
        self.calls.append(call)
        copied: Json = orjson.loads(orjson.dumps(self._answer))
        return copied

    @property
    def said(self) -> tuple[str, str, Any]:
        call = self.calls[-1]
        return call.method, call.target, None if call.body is None else orjson.loads(call.body)


def client(notion: Notion, date: str) -> NotionClient:
    return NotionClient(notion, RateBudget(), version=version_named(date)())


def old_database(**more: Any) -> Json:
    relation = {"database_id": OTHER, "data_source_id": KNOWN, "type": "single_property", "single_property": {}}
    return {
        "object": "database",
        "id": DATABASE,
        "title": WORDS,
        "created_time": "2026-07-04T09:11:00.000Z",
        "created_by": {"object": "user", "id": "u1"},
        "properties": {"Owner": {"id": "a", "name": "Owner", "type": "relation", "relation": relation}},
        "parent": {"type": "page_id", "page_id": "p1"},
        "archived": True,
        "in_trash": True,
        **more,
    }


def test_the_versions_are_those_that_exist_newest_first() -> None:
    assert list(VERSIONS) == ["2026-03-11", "2025-09-03", "2022-06-28"]
    assert next(iter(VERSIONS)) == CURRENT


@pytest.mark.parametrize("date", ["2024-05-22", "2021-08-16", "", "newest", "2026-03-11 "])
def test_other_versions_are_refused_with_the_ones_that_exist(date: str) -> None:
    with pytest.raises(UnknownVersion, match="2026-03-11, 2025-09-03 and 2022-06-28"):
        open_client("ntn_123456789", version=date)


SENT: list[tuple[str, str, Method, tuple[str, str, Any]]] = [
    (
        "2025-09-03",
        "trash",
        lambda c: c.request("PATCH", "/v1/pages/p1", body={"in_trash": True, "icon": None}),
        ("PATCH", "/v1/pages/p1", {"archived": True, "icon": None}),
    ),
    (
        "2025-09-03",
        "after",
        lambda c: c.request(
            "PATCH",
            "/v1/blocks/p1/children",
            body={"children": [], "position": {"type": "after_block", "after_block": {"id": "b1"}}},
        ),
        ("PATCH", "/v1/blocks/p1/children", {"children": [], "after": "b1"}),
    ),
    (
        "2025-09-03",
        "end",
        lambda c: c.request("PATCH", "/v1/blocks/p1/children", body={"children": [], "position": {"type": "end"}}),
        ("PATCH", "/v1/blocks/p1/children", {"children": []}),
    ),
    (
        "2025-09-03",
        "source",
        lambda c: c.retrieve_data_source(SOURCE),
        ("GET", f"/v1/data_sources/{SOURCE}", None),
    ),
    ("2022-06-28", "source", lambda c: c.retrieve_data_source(SOURCE), ("GET", f"/v1/databases/{DATABASE}", None)),
    ("2022-06-28", "database", lambda c: c.retrieve_database(DATABASE), ("GET", f"/v1/databases/{DATABASE}", None)),
    (
        "2022-06-28",
        "query",
        lambda c: c.query_data_source(SOURCE, "c1"),
        ("POST", f"/v1/databases/{DATABASE}/query", {"page_size": 100, "start_cursor": "c1"}),
    ),
    (
        "2022-06-28",
        "search",
        lambda c: c.request("POST", "/v1/search", body={"filter": {"property": "object", "value": "data_source"}}),
        ("POST", "/v1/search", {"filter": {"property": "object", "value": "database"}}),
    ),
    (
        "2022-06-28",
        "row",
        lambda c: c.request("POST", "/v1/pages", body={"parent": {"type": "data_source_id", "data_source_id": SOURCE}}),
        ("POST", "/v1/pages", {"parent": {"type": "database_id", "database_id": DATABASE}}),
    ),
    (
        "2022-06-28",
        "make",
        lambda c: c.request(
            "POST",
            "/v1/databases",
            body={"initial_data_source": {"properties": {"Owner": {"relation": {"data_source_id": SOURCE}}}}},
        ),
        ("POST", "/v1/databases", {"properties": {"Owner": {"relation": {"database_id": DATABASE}}}}),
    ),
    (
        "2022-06-28",
        "change",
        lambda c: c.request(
            "PATCH", f"/v1/data_sources/{SOURCE}", body={"properties": {"Old": None}, "in_trash": True}
        ),
        ("PATCH", f"/v1/databases/{DATABASE}", {"properties": {"Old": None}, "archived": True}),
    ),
]


@pytest.mark.parametrize(("date", "deed", "method", "said"), SENT, ids=[f"{row[0]} {row[1]}" for row in SENT])
async def test_requests_are_said_in_the_words_of_the_version(
    date: str, deed: str, method: Method, said: tuple[str, str, Any]
) -> None:
    notion = Notion()
    await method(client(notion, date))
    assert notion.said == said


UNSAID: list[tuple[str, Method]] = [
    (
        "2025-09-03",
        lambda c: c.request("PATCH", "/v1/blocks/p/children", body={"children": [], "position": {"type": "start"}}),
    ),
    ("2022-06-28", lambda c: c.list_views(database_id=DATABASE)),
    ("2022-06-28", lambda c: c.retrieve_view("v1")),
    ("2022-06-28", lambda c: c.list_data_source_templates(SOURCE)),
    ("2022-06-28", lambda c: c.request("POST", "/v1/data_sources", body={})),
    (
        "2022-06-28",
        lambda c: c.request("POST", "/v1/pages/p/move", body={"parent": {"data_source_id": SOURCE}}),
    ),
]


@pytest.mark.parametrize(("date", "method"), UNSAID)
async def test_what_a_version_has_no_words_for_is_not_sent(date: str, method: Method) -> None:
    notion = Notion()
    with pytest.raises(NotInVersion, match=date):
        await method(client(notion, date))
    assert not notion.calls


async def test_the_newest_version_is_handed_on_untouched() -> None:
    answer = {"object": "block", "type": "transcription", "transcription": {}, "archived": False, "in_trash": False}
    assert await client(Notion(answer), CURRENT).retrieve_block("b1") == answer


async def test_2025_09_03_has_one_trash_and_meeting_notes() -> None:
    block = {"object": "block", "type": "transcription", "transcription": {"status": "x"}, "archived": True}
    listing = {"object": "list", "results": [block | {"in_trash": True}], "has_more": False, "next_cursor": None}
    read = await client(Notion(listing), "2025-09-03").list_block_children("p1")
    meeting = {"object": "block", "type": "meeting_notes", "meeting_notes": {"status": "x"}, "in_trash": True}
    assert read["results"] == [meeting]


async def test_2022_06_28_reads_a_database_as_container_and_as_data_source() -> None:
    old = client(Notion(old_database()), "2022-06-28")
    database = await old.retrieve_database(DATABASE)
    assert database["data_sources"] == [{"id": SOURCE, "name": "Tasks"}]
    assert (database["object"], database["id"], database["in_trash"]) == ("database", DATABASE, True)
    assert not {"properties", "archived", "created_by"} & set(database)
    source = await old.retrieve_data_source(SOURCE)
    assert (source["object"], source["id"]) == ("data_source", SOURCE)
    assert source["parent"] == {"type": "database_id", "database_id": DATABASE}
    assert source["database_parent"] == {"type": "page_id", "page_id": "p1"}
    relation = source["properties"]["Owner"]["relation"]
    assert relation["database_id"] == OTHER
    assert relation["data_source_id"] == old.version.ids.source_of(OTHER)


async def test_2022_06_28_reads_listings_rows_and_blocks_in_todays_words() -> None:
    parent = {"type": "database_id", "database_id": DATABASE}
    row = {"object": "page", "id": "r1", "parent": parent, "archived": False, "in_trash": False}
    block = {"object": "block", "id": "r1", "type": "child_page", "parent": parent}
    inner = {"object": "block", "id": "d1", "type": "child_database", "parent": parent}
    results = [old_database(), row, block, inner]
    answer = {"object": "list", "results": results, "type": "page_or_database", "page_or_database": {}}
    read = await client(Notion(answer), "2022-06-28").search()
    assert (read["type"], read["page_or_data_source"]) == ("page_or_data_source", {})
    source, page, standing, child = read["results"]
    assert (source["object"], source["id"]) == ("data_source", SOURCE)
    direct = {"type": "data_source_id", "data_source_id": SOURCE, "database_id": DATABASE}
    assert page["parent"] == standing["parent"] == direct
    assert child["parent"] == parent
    assert "archived" not in page


async def test_ids_that_were_learned_go_before_ids_that_are_made() -> None:
    notion = Notion(old_database())
    old = client(notion, "2022-06-28")
    old.know_data_sources({DATABASE: KNOWN})
    assert (await old.retrieve_database(DATABASE))["data_sources"][0]["id"] == KNOWN
    await old.using().retrieve_data_source(KNOWN.replace("-", "").upper())
    assert notion.said == ("GET", f"/v1/databases/{DATABASE}", None)


async def test_what_is_no_id_is_left_to_notion_to_refuse() -> None:
    notion = Notion(old_database())
    await client(notion, "2022-06-28").retrieve_data_source("nonsense")
    assert notion.said[1] == "/v1/databases/nonsense"


@pytest.mark.parametrize("date", list(VERSIONS))
def test_what_a_version_leaves_out_is_said_in_one_sentence(date: str) -> None:
    untold, sentence = VERSIONS[date].untold, VERSIONS[date].silence()
    assert len({each.code for each in untold}) == len(untold)
    assert all(each.what in sentence for each in untold)
    assert bool(sentence) == (date == "2022-06-28")
