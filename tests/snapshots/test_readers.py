"""Readers alone: each situation that an object can be in becomes the step that names it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.core.errors import ConfigError, TransientError
from apps.notion.client import NotionClient
from apps.notion.errors import (
    CircuitOpen,
    InvalidCursor,
    MalformedResponse,
    NotionError,
    ObjectNotFound,
    RateLimited,
    RequestBlocked,
    RestrictedResource,
    ServerFault,
    Unauthorized,
    UnknownVersion,
    ValidationFailed,
)
from apps.notion.pagination import ListingIncomplete
from apps.sandbox import Sandbox, times
from apps.sandbox.world.objects import DataSource, Page
from apps.snapshots.capture.comments import CommentReader
from apps.snapshots.capture.data_sources import DataSourceReader, Window
from apps.snapshots.capture.databases import DatabaseReader, ViewReader
from apps.snapshots.capture.failures import AccessLost, failed, refuse_to_go_on
from apps.snapshots.capture.listings import ListingReader
from apps.snapshots.capture.options import Options
from apps.snapshots.capture.pages import PageReader
from apps.snapshots.capture.places import Places
from apps.snapshots.capture.seeds import listing_id
from apps.snapshots.capture.steps import Node, Step
from apps.snapshots.models import Kind, NodeKind, NodeState
from tests.snapshots.wrapping import Wrapped, bad_cursor, invalid, not_found

Json = dict[str, Any]


@pytest.fixture(scope="module")
def big() -> Sandbox:
    """Read only: one data source of it needs several portions."""
    return Sandbox.generate(pages=330, seed=3)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox.generate(pages=40, seed=3)


@pytest.fixture
def notion(sandbox: Sandbox) -> Wrapped:
    return Wrapped(sandbox)


@pytest.fixture
def client(notion: Wrapped, sandbox: Sandbox) -> NotionClient:
    return notion.client(sandbox.token)


def node(object_id: str | UUID, kind: str, *, place: str = "", hinted: bool = False, cursor: str = "") -> Node:
    return Node(
        id=1,
        object=UUID(str(object_id)),
        kind=kind,
        state=NodeState.HINTED if hinted else NodeState.PENDING,
        parent=UUID(place) if place else None,
        place=UUID(place) if place else None,
        title="as it was listed",
        attempts=0,
        cursor=cursor,
        raw=None,
    )


def pages(client: NotionClient, comments: str = "pages") -> PageReader:
    return PageReader(client, Places(client), CommentReader(client, Options(comments)), lambda step: None)


def a_page(sandbox: Sandbox) -> Page:
    """A page with blocks that lies directly in another one."""
    blocks = sandbox.expected()["blocks"]
    found = (page for page in sandbox.world.pages.values() if isinstance(page.parent, Page) and not page.in_trash)
    return next(page for page in found if page.id in blocks)


def outcome(step: Step) -> tuple[Any, str]:
    return step.state, step.reason


# Pages


async def test_a_page_is_read_whole(client: NotionClient, sandbox: Sandbox) -> None:
    page = a_page(sandbox)
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.DONE, "")
    assert step.drafts[0].packed.lines == len(sandbox.expected()["blocks"][page.id])
    assert (step.title, step.kind) == (page.title, Kind.PAGE)


async def test_a_page_that_its_listing_still_shows_is_not_shared(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page = a_page(sandbox)
    assert isinstance(page.parent, Page)
    notion.answer(f"/pages/{page.id}", not_found())
    step = await pages(client).read(node(page.id, Kind.PAGE, place=page.parent.id))
    assert outcome(step) == (NodeState.FAILED, "not_shared")
    assert "object_not_found" in step.detail


async def test_a_page_that_its_listing_no_longer_shows_has_vanished(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page = a_page(sandbox)
    assert isinstance(page.parent, Page)
    notion.answer(f"/pages/{page.id}", not_found())
    page.in_trash = True
    step = await pages(client).read(node(page.id, Kind.PAGE, place=page.parent.id))
    assert outcome(step) == (NodeState.SKIPPED, "vanished")
    assert step.gone
    notion.answer(f"/blocks/{page.parent.id}/children", not_found("block"))
    assert outcome(await pages(client).read(node(page.id, Kind.PAGE, place=page.parent.id)))[1] == "vanished"


async def test_a_page_that_was_only_referred_to_is_nobody_s_loss(client: NotionClient, sandbox: Sandbox) -> None:
    private = sandbox.world.landmarks["private_page"]
    trashed = next(page for page in sandbox.world.pages.values() if page.in_trash)
    for reference in (private, trashed.id, str(uuid4())):
        step = await pages(client).read(node(reference, Kind.PAGE, hinted=True))
        assert outcome(step) == (NodeState.OUTSIDE, "")


async def test_a_trashed_page_is_skipped(client: NotionClient, sandbox: Sandbox) -> None:
    trashed = next(page for page in sandbox.world.pages.values() if page.in_trash)
    step = await pages(client).read(node(trashed.id, Kind.PAGE))
    assert (outcome(step), step.gone) == ((NodeState.SKIPPED, "trashed"), True)


async def test_a_page_without_its_content_is_not_allowed(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page = a_page(sandbox)
    notion.answer(f"/pages/{page.id}", lambda raw: {"object": "page", "id": raw["id"]})
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.FAILED, "not_allowed")


async def test_a_page_that_changes_while_it_is_read_is_read_again(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page = a_page(sandbox)
    notion.answer(f"/blocks/{page.id}/children", not_found("block"), times=1)
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.DONE, "")
    assert notion.asked.count(f"GET /v1/pages/{page.id}") == 2


@pytest.mark.parametrize(("again", "reason"), [(None, "not_shared"), (not_found(), "vanished"), ("trash", "vanished")])
async def test_a_page_whose_content_is_gone_for_good_says_why(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped, again: Any, reason: str
) -> None:
    page = a_page(sandbox)
    notion.answer(f"/blocks/{page.id}/children", not_found("block"))
    notion.answer(f"/pages/{page.id}", lambda raw: raw, times=1)
    if again == "trash":
        notion.answer(f"/pages/{page.id}", lambda raw: raw | {"in_trash": True})
    elif again:
        notion.answer(f"/pages/{page.id}", again)
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert step.reason == reason


async def test_a_page_that_cannot_be_listed_is_refused_and_not_taken_for_empty(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page = a_page(sandbox)
    notion.answer(f"/blocks/{page.id}/children", invalid())
    with pytest.raises(ValidationFailed):
        await pages(client).read(node(page.id, Kind.PAGE))


async def test_a_listing_whose_cursor_dies_begins_anew_in_the_page_s_own_order(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page_id, blocks = max(sandbox.expected()["blocks"].items(), key=lambda item: len(item[1]))
    assert len(blocks) > 200
    undisturbed = await pages(client).read(node(page_id, Kind.PAGE))
    notion.answer(f"/blocks/{page_id}/children.*start_cursor", bad_cursor(), times=2)
    step = await pages(client).read(node(page_id, Kind.PAGE))
    assert step.drafts[0].packed == undisturbed.drafts[0].packed
    notion.answer(f"/blocks/{page_id}/children.*start_cursor", bad_cursor())
    with pytest.raises(InvalidCursor):
        await pages(client).read(node(page_id, Kind.PAGE))


async def test_a_synced_copy_is_asked_for_by_its_original_when_need_be(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    world = sandbox.world
    copies = [
        block
        for page in world.pages.values()
        for block in world.walk_blocks(page)
        if (block.payload.get("synced_from") or {}).get("block_id") == world.landmarks["synced_original"]
    ]
    page = copies[0].page
    undisturbed = await pages(client).read(node(page.id, Kind.PAGE))
    notion.answer(f"/blocks/{copies[0].id}/children", not_found("block"))
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert step.drafts[0].packed.digest == undisturbed.drafts[0].packed.digest
    notion.answer(f"/blocks/{world.landmarks['synced_original']}/children", not_found("block"))
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert {(gap.object, gap.reason) for gap in step.gaps} >= {(UUID(copies[0].id), "synced_elsewhere")}


async def test_a_block_deleted_meanwhile_is_said_and_the_page_goes_on(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    world = sandbox.world
    toggle = next(
        block
        for page in world.pages.values()
        if not page.in_trash and page.id in sandbox.expected()["blocks"]
        for block in world.walk_blocks(page)
        if block.children and block.type == "toggle"
    )
    notion.answer(f"/blocks/{toggle.id}/children", not_found("block"))
    step = await pages(client).read(node(toggle.page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.DONE, "")
    assert [(gap.object, gap.reason) for gap in step.gaps] == [(UUID(toggle.id), "vanished")]


async def test_without_the_right_to_comments_they_are_asked_for_once(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    refused = {"object": "error", "status": 403, "code": "restricted_resource", "message": "No."}
    notion.answer("/comments", (403, refused))
    reader = pages(client)
    first, second = [await reader.read(node(a_page(sandbox).id, Kind.PAGE)) for _ in range(2)]
    assert [found.reason for found in first.found if found.kind == NodeKind.COMMENTS] == ["no_capability"]
    assert not [found for found in second.found if found.kind == NodeKind.COMMENTS]
    assert sum("/comments" in asked for asked in notion.asked) == 1


async def test_a_page_in_a_block_is_found_by_climbing(client: NotionClient, sandbox: Sandbox) -> None:
    world = sandbox.world
    nested = next(block for page in world.pages.values() for block in world.walk_blocks(page) if block.parent)
    step = Step(node(nested.page.id, Kind.PAGE))
    assert await Places(client).climb(UUID(nested.id), step) == UUID(nested.page.id)
    assert [(found.object, found.state) for found in step.found] == [(UUID(nested.page.id), NodeState.HINTED)]
    assert await Places(client).climb(uuid4(), step) is None


# Data sources


def largest(sandbox: Sandbox) -> DataSource:
    return max(sandbox.world.data_sources.values(), key=lambda source: len(source.rows))


async def read_all(sandbox: Sandbox, source: str, dead_cursors: int = 0) -> tuple[list[str], Step]:
    """All steps of a data source, each resumed from what the one before stored, by when its cursor may be dead."""
    reader = DataSourceReader(Wrapped(sandbox).client(sandbox.token))
    found: list[str] = []
    cursor = ""
    for number in range(200):
        step = await reader.read(node(source, Kind.DATA_SOURCE, cursor=cursor))
        found += [str(row.object) for row in step.found if row.kind == Kind.ROW]
        if step.state is not None:
            return found, step
        cursor = step.cursor
        if number < dead_cursors:
            sandbox.service.cursors.expire_all()
    raise AssertionError("The listing does not end.")


async def test_rows_come_in_portions(big: Sandbox) -> None:
    source = largest(big)
    found, step = await read_all(big, source.id)
    assert len(found) > 100
    assert sorted(found) == sorted(row.id for row in source.rows if not row.in_trash)
    assert step.state == NodeState.DONE


@pytest.mark.parametrize("dead", [2, 200])
async def test_rows_are_complete_although_cursors_die(big: Sandbox, dead: int) -> None:
    source = largest(big)
    found, step = await read_all(big, source.id, dead)
    assert set(found) == {row.id for row in source.rows if not row.in_trash}
    assert step.state == NodeState.DONE


async def test_cursors_that_die_without_end_in_one_minute_are_given_up(sandbox: Sandbox) -> None:
    source = largest(sandbox)
    for row in source.rows:
        row.created = source.rows[0].created
    stuck = Window(after=source_time(source), last=source_time(source), cursor="s:x:y", restarts=5)
    reader = DataSourceReader(Wrapped(sandbox).client(sandbox.token))
    with pytest.raises(InvalidCursor):
        await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=stuck.stored()))


def source_time(source: DataSource) -> str:
    return times.minute(source.rows[0].created)


async def test_a_data_source_that_goes_away_says_so(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    source = largest(sandbox)
    reader = DataSourceReader(client)
    begun = await reader.read(node(source.id, Kind.DATA_SOURCE))
    notion.answer(f"/data_sources/{source.id}", not_found("data_source"))
    step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=begun.cursor))
    assert (outcome(step), step.gone) == ((NodeState.SKIPPED, "vanished"), True)
    assert outcome(await reader.read(node(source.id, Kind.DATA_SOURCE))) == (NodeState.FAILED, "not_shared")
    hinted = await reader.read(node(source.id, Kind.DATA_SOURCE, hinted=True))
    assert outcome(hinted) == (NodeState.OUTSIDE, "")


async def test_a_trashed_data_source_is_skipped(client: NotionClient, sandbox: Sandbox) -> None:
    source = largest(sandbox)
    source.database.in_trash = True
    step = await DataSourceReader(client).read(node(source.id, Kind.DATA_SOURCE))
    assert outcome(step) == (NodeState.SKIPPED, "trashed")


async def test_a_data_source_without_an_archive_is_complete(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    source = largest(sandbox)
    reader = DataSourceReader(client)
    step = await reader.read(node(source.id, Kind.DATA_SOURCE))
    step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=step.cursor))
    notion.answer("/query", invalid("body failed validation: body.is_archived should be not present."))
    step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=step.cursor))
    assert step.state == NodeState.DONE


@pytest.mark.parametrize(
    "broken",
    [
        lambda raw: raw | {"has_more": True, "next_cursor": None},
        lambda raw: {name: value for name, value in raw.items() if name != "results"},
    ],
)
async def test_a_query_that_makes_no_sense_is_no_end_of_the_rows(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped, broken: Any
) -> None:
    source = largest(sandbox)
    reader = DataSourceReader(client)
    begun = await reader.read(node(source.id, Kind.DATA_SOURCE))
    notion.answer("/query", broken)
    with pytest.raises(MalformedResponse):
        await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=begun.cursor))


async def test_a_wiki_holds_rows_and_data_sources(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    source = largest(sandbox)
    inner = {"object": "data_source", "id": str(uuid4()), "parent": {"type": "data_source_id"}, "title": []}
    partial = {"object": "page", "id": str(uuid4())}
    reader = DataSourceReader(client)
    begun = await reader.read(node(source.id, Kind.DATA_SOURCE))
    notion.answer("/query", lambda raw: raw | {"results": [inner, partial]})
    step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=begun.cursor))
    assert [(found.kind, found.raw is not None) for found in step.found] == [
        (Kind.DATA_SOURCE, True),
        (Kind.ROW, False),
    ]


# Databases and views


async def test_a_database_that_only_shows_another_is_linked(client: NotionClient, sandbox: Sandbox) -> None:
    reader = DatabaseReader(client, Places(client))
    for database in sandbox.world.databases.values():
        if database.linked:
            assert isinstance(database.parent, Page)
            step = await reader.read(node(database.id, Kind.DATABASE, place=database.parent.id))
            assert outcome(step) == (NodeState.SKIPPED, "linked_database")
            hinted = await reader.read(node(database.id, Kind.DATABASE, hinted=True))
            assert hinted.state == NodeState.OUTSIDE


async def test_a_database_that_is_gone_has_vanished(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    database = next(
        each for each in sandbox.world.databases.values() if isinstance(each.parent, Page) and not each.linked
    )
    assert isinstance(database.parent, Page)
    reader = DatabaseReader(client, Places(client))
    database.in_trash = True
    step = await reader.read(node(database.id, Kind.DATABASE))
    assert outcome(step) == (NodeState.SKIPPED, "trashed")
    notion.answer(f"/databases/{database.id}", not_found("database"))
    step = await reader.read(node(database.id, Kind.DATABASE, place=database.parent.id))
    assert outcome(step) == (NodeState.SKIPPED, "vanished")


async def test_a_view_that_is_gone_has_vanished(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    view = next(iter(sandbox.world.views))
    reader = ViewReader(client)
    assert (await reader.read(node(view, Kind.VIEW))).state == NodeState.DONE
    notion.answer("/views/", not_found("view"))
    assert outcome(await reader.read(node(view, Kind.VIEW))) == (NodeState.SKIPPED, "vanished")


# Listings


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


# Errors


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (Unauthorized("x"), AccessLost),
        (RequestBlocked("x"), ConfigError),
        (UnknownVersion("x"), ConfigError),
        (CircuitOpen(retry_after=30), TransientError),
        (RateLimited("x", retry_after=60), TransientError),
    ],
)
def test_what_concerns_the_connection_ends_the_capture(error: NotionError, raised: type[Exception]) -> None:
    with pytest.raises(raised) as caught:
        refuse_to_go_on(error)
    if isinstance(caught.value, TransientError):
        assert caught.value.retry_after == error.retry_after


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ServerFault("x", status=500), "no_answer"),
        (MalformedResponse("x"), "no_answer"),
        (InvalidCursor("x"), "no_answer"),
        (RestrictedResource("x", status=403), "not_allowed"),
        (ValidationFailed("Too deep", status=400, code="validation_error"), "refused"),
        (ObjectNotFound("x", status=404), "refused"),
        (ListingIncomplete(code="query_result_limit_reached"), "listing_cut"),
    ],
)
def test_what_concerns_one_object_is_named_and_the_rest_goes_on(error: NotionError, reason: str) -> None:
    refuse_to_go_on(error)
    step = failed(node(uuid4(), Kind.PAGE), error)
    assert step.reason == reason
    assert len(step.detail) <= 300
