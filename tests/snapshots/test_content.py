"""Long pages while they are listed: their order is Notion's, and an interruption at any point changes nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.snapshots.capture.content import Container, PageContent, original_of

Json = dict[str, Any]
Tree = dict[str, Any]

trees: st.SearchStrategy[list[Any]] = st.recursive(
    st.just([]), lambda inner: st.lists(inner, max_size=5), max_leaves=40
)


class Listings:
    """A page's blocks, given out in portions of two, as Notion would."""

    def __init__(self, shape: list[Any]) -> None:
        self.children: dict[str, list[Json]] = {}
        self.count = 0
        self._plant("page", shape)

    def _plant(self, parent: str, shape: list[Any]) -> None:
        self.children[parent] = blocks = []
        for inner in shape:
            self.count += 1
            block: Json = {"object": "block", "id": f"b{self.count}", "type": "toggle", "has_children": bool(inner)}
            blocks.append(block)
            self._plant(block["id"], inner)

    def depth_first(self, parent: str = "page") -> list[str]:
        return [name for block in self.children[parent] for name in (block["id"], *self.depth_first(block["id"]))]

    def portion(self, container: Container) -> tuple[list[Json], str | None]:
        start = int(container.cursor or 0)
        blocks = self.children[container.source]
        return blocks[start : start + 2], str(start + 2) if start + 2 < len(blocks) else None


def list_all(content: PageContent, listings: Listings, limit: int | None = None) -> None:
    listed = 0
    while (container := content.next_pending()) is not None:
        while not container.ended:
            if listed == limit:
                return
            content.add(container, *listings.portion(container))
            listed += 1


@given(shape=trees)
def test_blocks_come_depth_first(shape: list[Any]) -> None:
    listings, content = Listings(shape), PageContent("page")
    list_all(content, listings)
    assert [line.id for line in content.lines()] == listings.depth_first()


@given(shape=trees, stops=st.lists(st.integers(0, 6), max_size=8))
def test_an_interrupted_page_goes_on_where_it_stopped(shape: list[Any], stops: list[int]) -> None:
    listings = Listings(shape)
    parts: list[bytes] = []
    for stop in stops:
        content = PageContent.restored("page", parts)
        list_all(content, listings, stop)
        parts.append(content.take_records())
    content = PageContent.restored("page", parts)
    list_all(content, listings)
    assert [line.id for line in content.lines()] == listings.depth_first()


def test_a_listing_that_begins_anew_forgets_what_it_had_shown_and_all_below() -> None:
    content = PageContent("page")
    root = content.next_pending()
    assert root is content.root
    inner = {"object": "block", "id": "a", "type": "toggle", "has_children": True}
    content.add(root, [inner], "next")
    child = content.next_pending()
    assert child is not None
    content.add(child, [inner | {"id": "b"}], None)
    content.restart(root)
    content.add(root, [inner | {"id": "c", "has_children": False}], None)
    assert [line.id for line in content.lines()] == ["c"]
    assert content.next_pending() is None
    restored = PageContent.restored("page", [content.take_records()])
    assert [line.id for line in restored.lines()] == ["c"]
    assert restored.next_pending() is None


def test_what_cannot_be_listed_is_remembered_with_its_reason() -> None:
    content = PageContent("page")
    content.add(content.root, [{"object": "block", "id": "a", "type": "unsupported", "has_children": True}], None)
    content.next_pending()
    container = content.next_pending()
    assert container is not None
    content.skip(container, "unreadable_content")
    restored = PageContent.restored("page", [content.take_records()])
    assert [(each.id, each.skipped) for each in restored.skipped()] == [("a", "unreadable_content")]
    assert restored.next_pending() is None


def test_pages_and_databases_in_a_page_have_listings_of_their_own() -> None:
    content = PageContent("page")
    child = {"object": "block", "id": "a", "type": "child_page", "has_children": True, "child_page": {"title": "A"}}
    content.add(content.root, [child], None)
    content.next_pending()
    assert content.next_pending() is None
    assert content.own_objects == {"a"}


def test_a_synced_copy_knows_its_original() -> None:
    copy = {"type": "synced_block", "synced_block": {"synced_from": {"type": "block_id", "block_id": "x"}}}
    assert original_of(copy) == "x"
    assert original_of({"type": "synced_block", "synced_block": {"synced_from": None}}) is None
    assert original_of({"type": "paragraph", "paragraph": {}}) is None


def test_a_page_with_a_copy_of_blocks_shows_others_even_while_there_are_none_to_copy() -> None:
    synced: Json = {"id": "b1", "type": "synced_block", "has_children": False}
    page = PageContent("page")
    page.add(page.root, [synced | {"synced_block": {"synced_from": None}}], None)
    assert not page.shows_others
    copy = synced | {"synced_block": {"synced_from": {"type": "block_id", "block_id": "b0"}}}
    page = PageContent("page")
    page.add(page.root, [copy], None)
    assert page.shows_others
    assert PageContent.restored("page", [page.take_records()]).shows_others
