"""From the flat list to a tree: synced copies, orphans, circles, depth; nothing is lost on the way."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.html import render_html
from apps.notion.markdown import render_markdown
from apps.notion.model import Json
from apps.notion.nodes import Href
from apps.notion.tree import MAX_DEPTH, arrange
from tests.notion.content.lists import Here, build, ident, line, node, para
from tests.notion.content.patience import PATIENT
from tests.notion.samples.parts import OTHER_ID, PAGE_ID, text


def synced(number: int, origin: str | None) -> Json:
    origin_ref = {"type": "block_id", "block_id": origin} if origin else None
    return node("synced_block", {"synced_from": origin_ref}, number)


def test_a_synced_copy_holds_the_children_listed_under_it() -> None:
    """Notion gives them the original as parent, and the original's children's ids."""
    document = build(
        synced(1, None), para(2, ident(1)), para(3, ident(2)), synced(4, ident(1)), para(2, ident(1)), para(3, ident(2))
    )
    content = (nodes.Paragraph(line("w2"), children=(nodes.Paragraph(line("w3")),)),)
    assert document.blocks == (nodes.Synced(None, None, content), nodes.Synced(ident(1), None, content))


def test_a_synced_copy_whose_original_is_elsewhere_holds_its_children() -> None:
    document = build(synced(1, OTHER_ID), para(2, OTHER_ID))
    assert document.blocks == (nodes.Synced(OTHER_ID, None, (nodes.Paragraph(line("w2")),)),)


def test_a_synced_copy_that_could_not_be_read_refers_to_its_original() -> None:
    document = build(synced(1, OTHER_ID), context=Here())
    assert document.blocks == (nodes.Synced(OTHER_ID, Href("../budget.html", trusted=True)),)


def test_blocks_without_parent_become_a_placeholder() -> None:
    document = build(para(1), para(2, ident(77)), para(3, ident(77)), para(4, ident(78)), para(5))
    first, orphans, other, last = document.blocks
    assert isinstance(orphans, nodes.Placeholder)
    assert isinstance(other, nodes.Placeholder)
    assert (orphans.object_id, other.object_id) == (ident(77), ident(78))
    assert orphans.children == (nodes.Paragraph(line("w2")), nodes.Paragraph(line("w3")))
    assert (first, last) == (nodes.Paragraph(line("w1")), nodes.Paragraph(line("w5")))
    assert "missing" in render_html(document)
    assert "missing" in render_markdown(document)


def test_a_parent_may_come_later() -> None:
    assert build(para(2, ident(1)), para(1)).blocks == build(para(1), para(2, ident(1))).blocks


@pytest.mark.parametrize("parent", [None, "x", {}, {"type": "page_id"}, {"type": 7, "7": ident(1)}])
def test_a_block_that_does_not_say_where_it_lies_is_kept(parent: object) -> None:
    document = build(para(1), para(2) | {"parent": parent})
    assert len(document.blocks) == 2
    assert isinstance(document.blocks[1], nodes.Placeholder)


def test_authored_blocks_need_no_ids() -> None:
    plain = {"type": "paragraph", "paragraph": {"rich_text": [text("a")]}}
    assert build_document({}, [plain, plain]).blocks == (nodes.Paragraph(line("a")), nodes.Paragraph(line("a")))


numbers = st.integers(1, 12)


@PATIENT
@given(st.lists(st.tuples(numbers, st.integers(0, 14)), max_size=25))
def test_no_block_is_ever_lost(pairs: list[tuple[int, int]]) -> None:
    """Any list, with blocks in themselves, circles, doubles and strangers as parents."""
    blocks = [
        para(number, PAGE_ID if parent == 0 else ident(parent), words=f"<{position}>")
        for position, (number, parent) in enumerate(pairs)
    ]
    shown = [
        nodes.plain(found.content) for found in nodes.walk(build(*blocks).blocks) if isinstance(found, nodes.Paragraph)
    ]
    assert sorted(shown) == sorted(f"<{position}>" for position in range(len(pairs)))


def chain(length: int) -> list[Json]:
    return [para(number, ident(number - 1) if number > 1 else PAGE_ID) for number in range(1, length + 1)]


@pytest.mark.parametrize("length", [MAX_DEPTH, MAX_DEPTH + 1, MAX_DEPTH + 2, 3000])
def test_depth_is_limited_without_losing_or_reordering_anything(length: int) -> None:
    document = build(*chain(length))
    shown = [nodes.plain(found.content) for found in nodes.walk(document.blocks) if isinstance(found, nodes.Paragraph)]
    assert shown == [f"w{number}" for number in range(1, length + 1)]
    assert f"w{length}</p>" in render_html(document)
    assert render_markdown(document).endswith(f"w{length}\n")


def depth(branches: Sequence[Any]) -> int:
    levels = 0
    while branches:
        levels, branches = levels + 1, [child for branch in branches for child in branch.children]
    return levels


def test_the_limit_of_depth() -> None:
    assert depth(arrange(PAGE_ID, chain(MAX_DEPTH + 50))) == MAX_DEPTH + 1
