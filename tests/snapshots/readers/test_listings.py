"""Reading the listings of a workspace: in portions, to their real end."""

from typing import Any
from uuid import uuid4

import pytest

from apps.notion.client import NotionClient
from apps.notion.errors import (
    InvalidCursor,
    MalformedResponse,
    RestrictedResource,
)
from apps.sandbox import Sandbox
from apps.snapshots.capture.listings import ListingReader
from apps.snapshots.capture.seeds import listing_id
from apps.snapshots.capture.steps import Node
from apps.snapshots.models import Kind, NodeKind, NodeState
from tests.snapshots.readers.nodes import node, outcome
from tests.snapshots.wrapping import Wrapped, bad_cursor, not_found


def listing(kind: NodeKind, cursor: str = "") -> Node:
    return node(listing_id(kind), kind, cursor=cursor)


async def test_search_is_read_in_portions_and_survives_dead_cursors(big: Sandbox) -> None:
    notion = Wrapped(big)
    notion.answer("/search", bad_cursor(), times=0)
    reader = ListingReader(notion.client(big.token))
    found: set[str] = set()
    cursor, steps = "", 0
    while True:
        step = await reader.read(listing(NodeKind.SEARCH_PAGES, cursor))
        found |= {str(each.object) for each in step.found}
        steps += 1
        if steps == 2:
            notion.answer("/search", bad_cursor(), times=1)
        if step.state is not None:
            break
        cursor = step.cursor
    assert step.state == NodeState.DONE
    assert found == big.expected(content=False)["pages"] | big.expected(content=False)["rows"]
    assert steps > 4


async def test_a_listing_whose_cursors_always_die_is_given_up(client: NotionClient, notion: Wrapped) -> None:
    notion.answer("/search", bad_cursor())
    reader = ListingReader(client)
    with pytest.raises(InvalidCursor):
        await reader.read(listing(NodeKind.SEARCH_PAGES, "5 some-cursor"))


async def test_a_listing_that_notion_cuts_off_is_capped(client: NotionClient, notion: Wrapped) -> None:
    status = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    notion.answer("/search", lambda raw: raw | {"request_status": status})
    step = await ListingReader(client).read(listing(NodeKind.SEARCH_DATA_SOURCES))
    assert outcome(step) == (NodeState.CAPPED, "listing_cut")


@pytest.mark.parametrize(
    "broken", [lambda raw: raw | {"has_more": True, "next_cursor": None}, lambda raw: {"object": "list"}]
)
async def test_a_listing_that_makes_no_sense_is_no_end_of_it(
    client: NotionClient, notion: Wrapped, broken: Any
) -> None:
    notion.answer("/users", broken)
    with pytest.raises(MalformedResponse):
        await ListingReader(client).read(listing(NodeKind.USERS))


async def test_people_may_be_hidden_and_search_may_not(client: NotionClient, notion: Wrapped) -> None:
    refused = {"object": "error", "status": 403, "code": "restricted_resource", "message": "No."}
    notion.answer("/", (403, refused))
    reader = ListingReader(client)
    for kind in (NodeKind.USERS, NodeKind.CUSTOM_EMOJIS):
        assert outcome(await reader.read(listing(kind))) == (NodeState.SKIPPED, "no_capability")
    with pytest.raises(RestrictedResource):
        await reader.read(listing(NodeKind.SEARCH_PAGES))


async def test_search_without_the_right_to_content_names_objects_that_are_asked_for(
    client: NotionClient, notion: Wrapped
) -> None:
    notion.answer("/search", lambda raw: raw | {"results": [{"object": "page", "id": str(uuid4())}]})
    step = await ListingReader(client).read(listing(NodeKind.SEARCH_PAGES))
    assert [(found.kind, found.raw) for found in step.found] == [(Kind.PAGE, None)]


async def test_custom_emojis_that_notion_does_not_know_of_are_no_loss(client: NotionClient, notion: Wrapped) -> None:
    notion.answer("/custom_emojis", not_found("emoji"))
    step = await ListingReader(client).read(listing(NodeKind.CUSTOM_EMOJIS))
    assert outcome(step) == (NodeState.SKIPPED, "unlisted")
