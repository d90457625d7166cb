"""``request_status: incomplete`` wherever a listing may carry it: what came is kept, and that it is not all is said."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from apps.notion.client import NotionClient
from apps.sandbox import Sandbox
from apps.sandbox.world.objects import DataSource, Page
from apps.snapshots.capture.comments import AT_ONCE, CommentReader
from apps.snapshots.capture.data_sources import DataSourceReader
from apps.snapshots.capture.databases import ViewReader
from apps.snapshots.capture.listings import ListingReader
from apps.snapshots.capture.options import Options
from apps.snapshots.capture.properties import completed
from apps.snapshots.capture.seeds import listing_id
from apps.snapshots.capture.steps import Step
from apps.snapshots.models import Kind, NodeKind, NodeState
from tests.snapshots.readers.nodes import node, outcome
from tests.snapshots.readers.test_data_sources import largest, read_all
from tests.snapshots.readers.test_pages import a_page, pages
from tests.snapshots.wrapping import Wrapped

Json = dict[str, Any]
CUT = (NodeState.CAPPED, "listing_cut")


def incomplete(answer: Json) -> Json:
    status = {"type": "incomplete", "incomplete_reason": "internal_limit"}
    return answer | {"request_status": status}


async def test_blocks(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    page = a_page(sandbox)
    notion.answer(f"/blocks/{page.id}/children", incomplete)
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == CUT
    assert step.drafts[0].packed.lines == len(sandbox.expected()["blocks"][page.id])


async def test_comments_on_a_page(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    said = sandbox.expected()["comments"]
    page = next(page for page in sandbox.world.pages.values() if page.id in said and isinstance(page.parent, Page))
    notion.answer("/comments", incomplete)
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == CUT
    assert {draft.kind for draft in step.drafts} == {Kind.PAGE, Kind.DISCUSSION}


async def test_comments_on_blocks(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    """The list that was cut may be in an earlier step than the last one."""
    page, blocks = max(sandbox.expected()["blocks"].items(), key=lambda item: len(item[1]))
    ids = sorted(blocks)[: AT_ONCE + 2]
    notion.answer(f"block_id={ids[0]}", incomplete)
    reader = CommentReader(client, Options("blocks"))
    cursor, step = "", Step(node(page, NodeKind.BLOCK_COMMENTS), None)
    while step.state is None:
        asked = node(page, NodeKind.BLOCK_COMMENTS, place=page, cursor=cursor)
        asked.raw = {"ids": ids}
        step = await reader.read(asked)
        cursor = step.cursor
    assert outcome(step) == CUT


async def test_views(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    database = next(found for found in sandbox.world.databases.values() if found.views)
    notion.answer("/views", incomplete)
    asked = node(listing_id(NodeKind.VIEWS, UUID(database.id)), NodeKind.VIEWS, place=database.id)
    step = await ViewReader(client).read(asked)
    assert outcome(step) == CUT
    assert {str(found.object) for found in step.found} == {view.id for view in database.views}


@pytest.mark.parametrize("path", ["/templates", "/query"])
async def test_templates_and_rows(client: NotionClient, sandbox: Sandbox, notion: Wrapped, path: str) -> None:
    source = largest(sandbox)
    notion.answer(path, incomplete)
    reader, cursor, found = DataSourceReader(client), "", set()
    while True:
        step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=cursor))
        found |= {str(row.object) for row in step.found if row.kind == Kind.ROW}
        if step.state is not None:
            break
        cursor = step.cursor
    assert outcome(step) == CUT
    assert found == {row.id for row in source.rows if not row.in_trash}


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (NodeKind.USERS, "/users"),
        (NodeKind.CUSTOM_EMOJIS, "/custom_emojis"),
        (NodeKind.SEARCH_PAGES, "/search"),
        (NodeKind.SEARCH_DATA_SOURCES, "/search"),
    ],
)
async def test_listings_of_the_workspace(client: NotionClient, notion: Wrapped, kind: NodeKind, path: str) -> None:
    notion.answer(path, incomplete)
    cursor, step = "", Step(node(listing_id(kind), kind), None)
    while step.state is None:
        step = await ListingReader(client).read(node(listing_id(kind), kind, cursor=cursor))
        cursor = step.cursor
        assert step.found
    assert outcome(step) == CUT


async def test_references_of_a_property(big: Sandbox) -> None:
    """What the property endpoint gave is kept."""
    notion = Wrapped(big)
    notion.answer("/properties/", incomplete)
    client = notion.client(big.token)
    page, name = await crowded(client, big)
    filled = await completed(client, page)
    assert name in filled.lacking
    assert len(filled.page["properties"][name]["relation"]) > 25
    assert filled.page["properties"][name]["has_more"] is True


async def crowded(client: NotionClient, sandbox: Sandbox) -> tuple[Json, str]:
    """A page that has more related pages than it shows, and the property's name."""
    for source in sandbox.world.data_sources.values():
        if source.property_named("Tasks") is None:
            continue
        for row in source.rows:
            page = await client.retrieve_page(row.id)
            if page["properties"]["Tasks"]["has_more"]:
                return page, "Tasks"
    raise LookupError("No page has more than 25 related pages.")


async def test_what_is_computed_from_more_pages_than_are_shown_is_asked_for(big: Sandbox) -> None:
    """https://developers.notion.com/reference/retrieve-a-page-property: a page's own rollups may be wrong then."""
    notion = Wrapped(big)
    client = notion.client(big.token)
    page, _ = await crowded(client, big)
    wrong = orjson.loads(orjson.dumps(page))
    computed = [
        name
        for name, value in page["properties"].items()
        if value["type"] == "formula" or (value["type"] == "rollup" and value["rollup"]["type"] != "array")
    ]
    assert computed
    for name in computed:
        value = wrong["properties"][name]
        function = value["rollup"].get("function") if value["type"] == "rollup" else None
        value[value["type"]] = {"type": "incomplete", "incomplete": {}} | ({"function": function} if function else {})
    filled = await completed(client, wrong)
    assert filled.lacking == []
    assert {name: filled.page["properties"][name] for name in computed} == {
        name: page["properties"][name] for name in computed
    }


async def test_rows_after_a_minute_with_too_many_are_read_and_archived_ones_too(sandbox: Sandbox) -> None:
    source: DataSource = largest(sandbox)
    rows = sorted((row for row in source.rows if not row.in_trash), key=lambda row: row.created)
    crowd = rows[2:9]
    for row in crowd:
        row.created = crowd[0].created
    rows[-1].is_archived = True
    sandbox.service.settings.query_limit = 4
    found, step = await read_all(sandbox, source.id)
    assert outcome(step) == (NodeState.CAPPED, "too_many_rows")
    assert {row.id for row in rows} - set(found) < {row.id for row in crowd}
    assert len(set(found)) == len(rows) - len(crowd) + 4
    assert step.detail.startswith(f"{len(set(found)):,} rows were listed; some of 20")
