"""Reading pages: each situation that a page can be in becomes the step that names it."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from apps.notion.client import NotionClient
from apps.notion.errors import (
    InvalidCursor,
)
from apps.sandbox import Sandbox
from apps.sandbox.world.objects import Page
from apps.snapshots.capture.comments import CommentReader
from apps.snapshots.capture.options import Options
from apps.snapshots.capture.pages import PageReader
from apps.snapshots.capture.places import Places
from apps.snapshots.capture.steps import Step
from apps.snapshots.models import Kind, NodeKind, NodeState
from apps.snapshots.store.bodies import own_json, read_lines
from tests.snapshots.readers.nodes import keeper, node, outcome
from tests.snapshots.wrapping import Wrapped, bad_cursor, invalid, not_found


def pages(client: NotionClient, comments: str = "pages") -> PageReader:
    comment_reader = CommentReader(client, Options(comments))
    return PageReader(client, Places(client), comment_reader, keeper(client), lambda step: None)


def a_page(sandbox: Sandbox) -> Page:
    """A page with blocks that lies directly in another one."""
    blocks = sandbox.expected()["blocks"]
    found = (page for page in sandbox.world.pages.values() if isinstance(page.parent, Page) and not page.in_trash)
    return next(page for page in found if page.id in blocks)


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
    assert outcome(step) == (NodeState.SKIPPED, "not_shared")
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


async def test_blocks_that_were_listed_while_the_page_lay_in_the_trash_prove_nothing(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    """It went there with the page above it and is back: no edit of its own tells of either."""
    page = a_page(sandbox)
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert step.drafts[0].listed

    def in_trash(answer: dict[str, Any]) -> dict[str, Any]:
        return answer | {"results": [block | {"in_trash": True} for block in answer["results"]]}

    notion.answer(f"/blocks/{page.id}/children", in_trash)
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.DONE, "")
    assert step.drafts[0].listed == b""


async def test_a_page_that_cannot_be_listed_is_kept_in_part_and_not_taken_for_empty(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page = a_page(sandbox)
    notion.answer(f"/blocks/{page.id}/children", invalid())
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.CAPPED, "content_refused")
    assert "not supported" in step.detail
    assert step.drafts[0].title == page.title


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


async def test_comments_that_notion_does_not_list_are_said(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    notion.answer("/comments", invalid())
    step = await pages(client).read(node(a_page(sandbox).id, Kind.PAGE))
    assert outcome(step) == (NodeState.DONE, "")
    assert [found.reason for found in step.found if found.kind == NodeKind.COMMENTS] == ["unlisted"]


async def test_one_trashed_block_does_not_make_its_page_trashed(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page = a_page(sandbox)

    def with_trash(raw: dict[str, Any]) -> dict[str, Any]:
        first, *others = raw["results"]
        return raw | {"results": [first | {"in_trash": True}, *others]}

    notion.answer(f"/blocks/{page.id}/children", with_trash)
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.DONE, "")


async def test_a_page_of_an_agent_stands_at_the_top_with_its_parent_as_it_came(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page, agent = a_page(sandbox), str(uuid4())
    parent = {"type": "agent_id", "agent_id": agent}
    notion.answer(f"/pages/{page.id}", lambda raw: raw | {"parent": parent})
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.DONE, "")
    assert (step.kind, step.drafts[0].parent) == (Kind.PAGE, None)
    assert own_json(step.drafts[0].packed.body)["parent"] == parent
    assert UUID(agent) not in {found.object for found in step.found}, "the API has no agents to be asked for"


async def test_a_reference_to_an_upload_is_kept_as_it_is_and_is_no_file_that_could_be_fetched(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    page, upload = a_page(sandbox), {"type": "file_upload", "file_upload": {"id": str(uuid4())}}

    def change(listing: dict[str, Any]) -> dict[str, Any]:
        listing["results"][0] |= {"type": "image", "image": {"caption": [], **upload}, "has_children": False}
        return listing

    before = await pages(client).read(node(page.id, Kind.PAGE))
    notion.answer(f"/blocks/{page.id}/children", change)
    notion.answer(f"/pages/{page.id}", lambda raw: raw | {"cover": upload, "icon": upload})
    step = await pages(client).read(node(page.id, Kind.PAGE))
    assert outcome(step) == (NodeState.DONE, "")
    packed = step.drafts[0].packed
    own, lines = own_json(packed.body), list(read_lines(packed.body, no_chunk))
    assert (own["cover"], own["icon"]) == (upload, upload)
    assert orjson.loads(lines[0])["image"] == {"caption": [], **upload}
    files = [found for found in step.found if found.kind == Kind.FILE]
    assert {found.object for found in files} <= {found.object for found in before.found}
    assert step.gaps == before.gaps


def no_chunk(name: bytes) -> bytes:
    raise LookupError(name)
