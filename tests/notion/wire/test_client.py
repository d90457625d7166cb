"""What each method of the client sends, through all layers, to an ASGI application."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from apps.notion.client import NotionClient
from apps.notion.errors import ObjectNotFound, ServerFault
from apps.notion.network import open_client
from apps.notion.transports.base import Call, Json, Priority
from apps.notion.transports.budget import RateBudget
from tests.notion.wire.servers import Answer, Server, notion_error

TOKEN = "ntn_123456789012345"
PAGE = {"object": "page", "id": "p1"}

Method = Callable[[NotionClient], Awaitable[Any]]

REQUESTS: list[tuple[Method, str, str, str, Any]] = [
    (lambda c: c.me(), "GET", "/v1/users/me", "", None),
    (lambda c: c.list_users(), "GET", "/v1/users", "page_size=100", None),
    (lambda c: c.list_users("c/1"), "GET", "/v1/users", "start_cursor=c%2F1&page_size=100", None),
    (lambda c: c.retrieve_page("p1"), "GET", "/v1/pages/p1", "", None),
    (lambda c: c.retrieve_block("b1"), "GET", "/v1/blocks/b1", "", None),
    (lambda c: c.list_block_children("b1"), "GET", "/v1/blocks/b1/children", "page_size=100", None),
    (lambda c: c.retrieve_database("d1"), "GET", "/v1/databases/d1", "", None),
    (lambda c: c.retrieve_data_source("s1"), "GET", "/v1/data_sources/s1", "", None),
    (lambda c: c.query_data_source("s1"), "POST", "/v1/data_sources/s1/query", "", {"page_size": 100}),
    (
        lambda c: c.query_data_source("s1", "c1", filter={"and": []}, sorts=[{"property": "Name"}]),
        "POST",
        "/v1/data_sources/s1/query",
        "",
        {"filter": {"and": []}, "sorts": [{"property": "Name"}], "page_size": 100, "start_cursor": "c1"},
    ),
    (
        lambda c: c.search("c1", query="plan", object_kind="data_source"),
        "POST",
        "/v1/search",
        "",
        {
            "query": "plan",
            "filter": {"property": "object", "value": "data_source"},
            "sort": {"timestamp": "last_edited_time", "direction": "descending"},
            "page_size": 100,
            "start_cursor": "c1",
        },
    ),
    (
        lambda c: c.list_data_source_templates("s1"),
        "GET",
        "/v1/data_sources/s1/templates",
        "page_size=100",
        None,
    ),
    (lambda c: c.list_views(database_id="d1"), "GET", "/v1/views", "database_id=d1&page_size=100", None),
    (lambda c: c.list_views(data_source_id="s1"), "GET", "/v1/views", "data_source_id=s1&page_size=100", None),
    (lambda c: c.retrieve_view("v1"), "GET", "/v1/views/v1", "", None),
    (lambda c: c.list_comments("b1"), "GET", "/v1/comments", "block_id=b1&page_size=100", None),
    (lambda c: c.list_custom_emojis(), "GET", "/v1/custom_emojis", "page_size=100", None),
    (
        lambda c: c.retrieve_property_item("p1", "%3FbA%2FF"),  # as Notion gives it in most places
        "GET",
        "/v1/pages/p1/properties/%3FbA%2FF",
        "page_size=100",
        None,
    ),
    (
        lambda c: c.retrieve_property_item("p1", "?bA/F", "c1"),  # as it stands in rollups
        "GET",
        "/v1/pages/p1/properties/%3FbA%2FF",
        "start_cursor=c1&page_size=100",
        None,
    ),
    (lambda c: c.retrieve_page("../users/me"), "GET", "/v1/pages/..%2Fusers%2Fme", "", None),
    (
        lambda c: c.request("GET", "/v1/pages/p1", query={"filter_properties": ["a", "b"], "no": None}),
        "GET",
        "/v1/pages/p1",
        "filter_properties=a&filter_properties=b",
        None,
    ),
    (
        lambda c: c.request("PATCH", "/v1/pages/p1", body={"in_trash": True}),
        "PATCH",
        "/v1/pages/p1",
        "",
        {"in_trash": True},
    ),
]


@pytest.mark.parametrize(("call", "method", "path", "query", "body"), REQUESTS)
async def test_each_method_sends_what_the_api_documents(
    call: Method, method: str, path: str, query: str, body: Any
) -> None:
    server = Server([Answer(json=PAGE)])
    async with open_client(TOKEN, network=server.network) as client:
        assert await call(client) == PAGE
    [seen] = server.seen
    assert (seen.method, seen.path, seen.query) == (method, path, query)
    assert (seen.json if seen.body else None) == body
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert seen.headers["notion-version"] == "2026-03-11"
    assert seen.headers["host"] == "api.notion.com"
    assert seen.headers.get("content-type") == (None if body is None else "application/json")


@pytest.mark.parametrize("identifier", ["", ".", ".."])
async def test_an_id_that_would_lead_to_another_endpoint_is_refused(identifier: str) -> None:
    server = Server([Answer(json=PAGE)])
    async with open_client(TOKEN, network=server.network) as client:
        with pytest.raises(ValueError, match="id is missing"):
            await client.retrieve_page(identifier)
    assert server.seen == []


async def test_the_token_is_asked_for_at_each_request() -> None:
    tokens = iter(["ntn_old", "ntn_new"])
    server = Server([Answer(json=PAGE)])
    async with open_client(lambda: next(tokens), network=server.network) as client:
        await client.me()
        await client.me()
    assert [seen.headers["authorization"] for seen in server.seen] == ["Bearer ntn_old", "Bearer ntn_new"]


async def test_version_and_base_address_can_be_chosen() -> None:
    server = Server([Answer(json=PAGE)])
    opened = open_client(TOKEN, base_url="http://sandbox.test:81/notion/", version="2025-09-03", network=server.network)
    async with opened as client:
        await client.me()
    [seen] = server.seen
    assert seen.path == "/notion/v1/users/me"
    assert seen.headers["host"] == "sandbox.test:81"
    assert seen.headers["notion-version"] == "2025-09-03"


async def no_wait(_: float) -> None:
    return None


REPEATED: list[Method] = [
    lambda c: c.retrieve_page("p1"),
    lambda c: c.search(),
    lambda c: c.query_data_source("s1"),
    lambda c: c.request("DELETE", "/v1/blocks/b1"),
    lambda c: c.request("PATCH", "/v1/pages/p1", body={}, repeatable=True),
]
NOT_REPEATED: list[Method] = [
    lambda c: c.request("POST", "/v1/pages", body={}),
    lambda c: c.request("PATCH", "/v1/blocks/b1/children", body={"children": []}),
    lambda c: c.request("POST", "/v1/searching", body={}),
    lambda c: c.request("GET", "/v1/pages/p1", repeatable=False),
]


@pytest.mark.parametrize("call", REPEATED)
async def test_calls_that_do_no_more_twice_are_repeated_after_a_fault(call: Method) -> None:
    server = Server([notion_error(502, "bad_gateway"), Answer(json=PAGE)])
    async with open_client(TOKEN, network=server.network, sleep=no_wait) as client:
        assert await call(client) == PAGE
        assert client.budget.used() == 2
    assert len(server.seen) == 2


@pytest.mark.parametrize("call", NOT_REPEATED)
async def test_writes_are_not_repeated_after_a_fault(call: Method) -> None:
    saved = {"committed_resource_id": "p9"}
    server = Server([notion_error(503, "service_unavailable", additional_data=saved)])
    async with open_client(TOKEN, network=server.network, sleep=no_wait) as client:
        with pytest.raises(ServerFault) as caught:
            await call(client)
    assert len(server.seen) == 1
    assert caught.value.additional_data == saved


async def test_one_client_serves_several_listeners_with_one_budget() -> None:
    heard: list[tuple[str, str]] = []
    faults = [notion_error(502, "bad_gateway"), Answer(json=PAGE)]
    server = Server([*faults, *faults])
    async with open_client(TOKEN, network=server.network, sleep=no_wait) as client:
        job = client.using(on_event=lambda kind, _: heard.append(("job", kind)))
        person = client.using(priority=Priority.INTERACTIVE, on_event=lambda kind, _: heard.append(("person", kind)))
        await job.me()
        await person.me()
        assert client.budget.used() == 4
    assert heard == [
        ("job", "call.repeated"),
        ("job", "call.recovered"),
        ("person", "call.repeated"),
        ("person", "call.recovered"),
    ]


async def test_the_priority_goes_with_the_calls() -> None:
    class Recorder:
        def __init__(self) -> None:
            self.priorities: list[Priority] = []

        async def send(self, call: Call) -> Json:
            self.priorities.append(call.priority)
            return {}

    recorder = Recorder()
    client = NotionClient(recorder, RateBudget())
    await client.me()
    await client.using(priority=Priority.INTERACTIVE).me()
    await client.using(priority=Priority.INTERACTIVE).using(on_event=lambda *_: None).me()
    assert recorder.priorities == [Priority.BACKGROUND, Priority.INTERACTIVE, Priority.INTERACTIVE]


async def test_a_listing_is_walked_through_the_client() -> None:
    def portions(first: bool) -> Answer:
        results = [{"object": "block", "id": "b1" if first else "b2"}]
        return Answer(json={"results": results, "has_more": first, "next_cursor": "c1" if first else None})

    server = Server(lambda seen: portions("start_cursor" not in seen.query))
    async with open_client(TOKEN, network=server.network) as client:
        listing = partial(client.list_block_children, "p1")
        batches = [batch async for batch in client.paginate(listing)]
        blocks = [block["id"] async for block in client.each(listing)]
        rest = [batch async for batch in client.paginate(listing, "c1")]
    assert [len(batch.results) for batch in batches] == [1, 1]
    assert blocks == ["b1", "b2"]
    assert [batch.results[0]["id"] for batch in rest] == ["b2"]


async def test_errors_come_through_all_layers_with_what_notion_said() -> None:
    server = Server([notion_error(404, "object_not_found", "Could not find page.")])
    async with open_client(TOKEN, network=server.network) as client:
        with pytest.raises(ObjectNotFound) as caught:
            await client.retrieve_page("p1")
    assert (caught.value.message, caught.value.request_id) == ("Could not find page.", "r-1")
