"""What the generated wiki holds: everything a capture has to cope with."""

from collections import Counter

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, page_titled, page_written_as, source_named

REFERENCE_TYPES = {
    *("paragraph", "heading_1", "heading_2", "heading_3", "heading_4", "bulleted_list_item", "numbered_list_item"),
    *("to_do", "toggle", "quote", "callout", "code", "equation", "divider", "breadcrumb", "table_of_contents"),
    *("bookmark", "embed", "image", "video", "audio", "pdf", "file", "link_preview", "link_to_page", "table"),
    *("table_row", "column_list", "column", "synced_block", "tab", "child_page", "child_database", "template"),
    *("meeting_notes", "unsupported"),
}
MENTIONS = {
    "user",
    "page",
    "database",
    "date",
    "template_mention",
    "link_preview",
    "link_mention",
    "custom_emoji",
}


def test_every_block_type_and_one_of_the_future(whole: Sandbox) -> None:
    world = whole.world
    types = Counter(block.type for page in world.by_no for block in world.walk_blocks(page))
    assert set(types) == REFERENCE_TYPES | {"simulation_embed"}


def test_every_kind_of_mention(whole: Sandbox) -> None:
    world = whole.world
    guide = world.pages[page_written_as(whole, "formatting_guide")]
    runs = [run for block in world.walk_blocks(guide) for run in block.payload.get("rich_text", [])]
    assert {run["mention"]["type"] for run in runs if run["type"] == "mention"} == MENTIONS
    assert {run["type"] for run in runs} == {"text", "mention", "equation"}


def test_long_deep_and_empty_pages(whole: Sandbox) -> None:
    world = whole.world
    top = {page.id: len(world.content(page).blocks) for page in world.by_no}
    assert max(top.values()) > 300
    assert sum(100 < length <= 300 for length in top.values()) >= 1
    assert sum(length == 0 for length in top.values()) > 20
    outline = world.pages[page_written_as(whole, "deep_outline")]
    depths = []
    for block in world.walk_blocks(outline):
        depth, here = 1, block.parent
        while here is not None:
            depth, here = depth + 1, here.parent
        depths.append(depth)
    assert max(depths) >= 6


def test_proportions(whole: Sandbox) -> None:
    expected = whole.expected()
    assert (len(expected["pages"]), len(expected["rows"])) == (100, 200)
    with_content = expected["rows"] & set(expected["blocks"])
    assert 70 <= len(with_content) <= 130
    assert expected["comments"]
    assert len(expected["files"]) >= 10


def test_awkward_things(whole: Sandbox) -> None:
    world = whole.world
    titles = Counter(page.title for page in world.by_no if isinstance(page.title, str))
    assert titles["Notes"] == 3
    assert titles[""] >= 2
    assert any(page.is_locked for page in world.by_no)
    assert any(page.in_trash for page in world.by_no)
    assert any(source.in_trash for source in world.data_sources.values())
    assert any(len(db.data_sources) == 2 for db in world.databases.values())
    assert any(db.is_inline for db in world.databases.values())
    assert any(db.parent is None for db in world.databases.values())
    assert not world.data_sources[source_named(whole, "Incident reports 2027")].rows
    assert len(world.data_sources[source_named(whole, "Tasks")].rows) > 100
    scripts = "".join(
        run["plain_text"]
        for block in world.walk_blocks(world.pages[page_written_as(whole, "many_languages")])
        for run in block.payload.get("rich_text", [])
    )
    assert all(sample in scripts for sample in ("日本", "العربية"[:2], "ה", "e\u0301", "👩🏽‍🔬"))


async def test_a_page_inside_a_block(ask_whole: Ask, whole: Sandbox) -> None:
    page = await ask_whole.get(f"pages/{page_titled(whole, 'Rotate the signing keys')}")
    assert page["parent"]["type"] == "block_id"
    toggle = await ask_whole.get(f"blocks/{page['parent']['block_id']}")
    assert (toggle["type"], toggle["has_children"]) == ("toggle", True)
    listed = (await ask_whole.get(f"blocks/{toggle['id']}/children"))["results"]
    assert page["id"] in [block["id"] for block in listed]


async def test_synced_blocks(ask_whole: Ask, whole: Sandbox) -> None:
    copies = (await ask_whole.get(f"blocks/{page_written_as(whole, 'synced_copies')}/children"))["results"]
    copies = [block for block in copies if block["type"] == "synced_block"]
    assert [copy["has_children"] for copy in copies] == [True, True]
    shared, private = copies
    original = shared["synced_block"]["synced_from"]["block_id"]
    assert (await ask_whole.get(f"blocks/{original}"))["synced_block"] == {"synced_from": None}
    of_copy = await ask_whole.get(f"blocks/{shared['id']}/children")
    of_original = await ask_whole.get(f"blocks/{original}/children")
    assert of_copy["results"] == of_original["results"] != []
    assert (await ask_whole.refusal("GET", f"blocks/{private['id']}/children"))[0] == 404
    assert private["id"] in whole.expected()["unreadable"]


async def test_unsupported_blocks_cannot_be_opened(ask_whole: Ask, whole: Sandbox) -> None:
    blocks = ask_whole.every(f"blocks/{page_written_as(whole, 'formatting_guide')}/children")
    claiming = [block async for block in blocks if block["type"] == "unsupported" and block["has_children"]]
    assert claiming
    status, code, message = await ask_whole.refusal("GET", f"blocks/{claiming[0]['id']}/children")
    assert (status, code) == (400, "validation_error")
    assert message == "Block type ai_block is not supported via the API."


async def test_requests_of_a_walk_stay_moderate(whole: Sandbox) -> None:
    expected = whole.expected()
    listings = len(expected["pages"]) + len(expected["rows"])
    parents = sum(1 for page in whole.world.by_no for block in whole.world.walk_blocks(page) if block.children)
    assert listings + parents < 700
