"""From the flat list to the document: nesting, grouping, links, and nothing lost on the way."""

import pytest

from apps.notion import nodes
from apps.notion.document import build_document, lower_rich_text
from apps.notion.markdown import front_matter
from apps.notion.model import Json
from apps.notion.nodes import Document, Href, Text
from tests.notion.content.lists import Here, build, ident, item, line, node, para
from tests.notion.samples.parts import OTHER_ID, PAGE_ID, STORED, STORED_FILE, block, mention, page, text


def test_children_lie_in_their_parents() -> None:
    document = build(para(1), para(2, ident(1)), para(3, ident(2)), para(4))
    inner = nodes.Paragraph(line("w2"), children=(nodes.Paragraph(line("w3")),))
    assert document.blocks == (nodes.Paragraph(line("w1"), children=(inner,)), nodes.Paragraph(line("w4")))


def test_ids_are_the_same_with_and_without_dashes() -> None:
    inner = para(2, ident(1).replace("-", "").upper())
    assert build(para(1), inner).blocks == build(para(1), para(2, ident(1))).blocks


def test_neighbouring_items_form_one_list() -> None:
    document = build(
        item("bulleted_list_item", 1), item("bulleted_list_item", 2), para(3), item("bulleted_list_item", 4)
    )
    first, _, second = document.blocks
    assert first == nodes.List("bulleted", (nodes.ListItem(line("w1")), nodes.ListItem(line("w2"))))
    assert second == nodes.List("bulleted", (nodes.ListItem(line("w4")),))


def test_lists_of_different_kinds_stay_apart() -> None:
    document = build(item("bulleted_list_item", 1), item("numbered_list_item", 2), item("to_do", 3, checked=True))
    assert [block.kind for block in document.blocks if isinstance(block, nodes.List)] == [
        "bulleted",
        "numbered",
        "to_do",
    ]


def test_nested_lists() -> None:
    document = build(
        item("numbered_list_item", 1),
        item("bulleted_list_item", 2, ident(1)),
        item("bulleted_list_item", 3, ident(1)),
        item("numbered_list_item", 4),
    )
    inner = nodes.List("bulleted", (nodes.ListItem(line("w2")), nodes.ListItem(line("w3"))))
    outer = (nodes.ListItem(line("w1"), children=(inner,)), nodes.ListItem(line("w4")))
    assert document.blocks == (nodes.List("numbered", outer),)


def test_a_numbered_list_starts_where_it_says() -> None:
    document = build(
        item("numbered_list_item", 1, list_start_index=4, list_format="roman"),
        item("numbered_list_item", 2),
        item("numbered_list_item", 3, list_start_index=1),
    )
    first, second = document.blocks
    assert isinstance(first, nodes.List)
    assert isinstance(second, nodes.List)
    assert (first.start, first.format, len(first.items)) == (4, "roman", 2)
    assert (second.start, len(second.items)) == (1, 1)


def table(*rows: Json) -> Document:
    return build(node("table", {"table_width": 2, "has_column_header": True, "has_row_header": True}, 1), *rows)


def row(number: int, *cells: str, parent: str = ident(1)) -> Json:
    return node("table_row", {"cells": [[text(cell)] for cell in cells]}, number, parent)


def test_tables() -> None:
    rows = (nodes.TableRow((line("a"), line("b"))), nodes.TableRow((line("c"), line("d"))))
    assert table(row(2, "a", "b"), row(3, "c", "d")).blocks == (nodes.Table(rows, True, True),)


def test_an_unreadable_row_follows_its_table() -> None:
    broken = node("table_row", {"cells": "a, b"}, 3, ident(1))
    (section,) = table(row(2, "a", "b"), broken).blocks
    assert isinstance(section, nodes.Section)
    found, placeholder = section.children
    assert isinstance(found, nodes.Table)
    assert len(found.rows) == 1
    assert isinstance(placeholder, nodes.Placeholder)


def test_a_row_without_table_stays_visible() -> None:
    assert build(row(2, "a", parent=PAGE_ID)).blocks == (nodes.Table((nodes.TableRow((line("a"),)),)),)


def test_columns() -> None:
    document = build(
        node("column_list", {}, 1),
        node("column", {"width_ratio": 0.25}, 2, ident(1)),
        para(3, ident(2)),
        node("column", {}, 4, ident(1)),
        para(5, ident(4)),
    )
    first = nodes.Column((nodes.Paragraph(line("w3")),), 0.25)
    second = nodes.Column((nodes.Paragraph(line("w5")),), None)
    assert document.blocks == (nodes.Columns((first, second)),)


def test_tabs_are_labelled_by_their_paragraphs() -> None:
    label = node("paragraph", {"rich_text": [text("One")], "icon": {"type": "emoji", "emoji": "📎"}}, 2, ident(1))
    document = build(node("tab", {}, 1), label, para(3, ident(2)))
    tab = nodes.Tab(line("One"), nodes.Icon("📎", emoji=True), (nodes.Paragraph(line("w3")),))
    assert document.blocks == (nodes.Tabs((tab,)),)


def test_children_of_a_block_that_has_none_are_shown_after_it() -> None:
    (section,) = build(node("divider", {}, 1), para(2, ident(1))).blocks
    assert section == nodes.Section("divider", (), (nodes.Divider(), nodes.Paragraph(line("w2"))))


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (
            "child_page",
            {"title": "Old title"},
            nodes.ObjectLink("page", "Old title", OTHER_ID, Href("../budget.html", True)),
        ),
        (
            "child_database",
            {"title": ""},
            nodes.ObjectLink("database", "Budget", OTHER_ID, Href("../budget.html", True)),
        ),
        (
            "link_to_page",
            {"type": "page_id", "page_id": OTHER_ID},
            nodes.ObjectLink("page", "Budget", OTHER_ID, Href("../budget.html", True)),
        ),
    ],
)
def test_pages_and_databases_become_links(kind: str, content: Json, expected: nodes.Block) -> None:
    found = block(kind, content, id=OTHER_ID)
    assert build(found, context=Here()).blocks == (expected,)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"/{OTHER_ID.replace('-', '')}", Href("../budget.html", True)),
        (f"https://www.notion.so/Budget-{OTHER_ID.replace('-', '')}", Href("../budget.html", True)),
        (f"https://app.notion.com/p/Budget-{OTHER_ID.replace('-', '')}?v=1", Href("../budget.html", True)),
        (
            f"https://www.notion.so/{PAGE_ID.replace('-', '')}?p={OTHER_ID.replace('-', '')}",
            Href("../budget.html", True),
        ),
        (
            f"https://evil.example/{OTHER_ID.replace('-', '')}",
            Href(f"https://evil.example/{OTHER_ID.replace('-', '')}"),
        ),
        ("/somewhere", Href("https://www.notion.so/somewhere")),
        ("https://[broken", Href("https://[broken")),
        ("javascript:alert(1)", Href("javascript:alert(1)")),
    ],
)
def test_links_lead_to_what_the_context_knows(url: str, expected: Href) -> None:
    assert lower_rich_text([text("x", url)], context=Here()) == (Text("x", href=expected),)


def test_mentions_lead_to_what_the_context_knows() -> None:
    known = mention("page", {"id": OTHER_ID.replace("-", "")}, "Old", "https://www.notion.so/1")
    unknown = mention("page", {"id": PAGE_ID}, "Else", "https://www.notion.so/2")
    assert lower_rich_text([known, unknown], context=Here()) == (
        nodes.Mention("page", "Old", Href("../budget.html", True)),
        nodes.Mention("page", "Else", Href("https://www.notion.so/2")),
    )


def test_stored_files_lead_to_our_copy_or_nowhere() -> None:
    stored = {"type": "file", "file": {"url": STORED}}
    elsewhere = {"type": "file", "file": {"url": "https://prod-files-secure.s3.amazonaws.com/x/lost.pdf"}}
    document = build(
        block("pdf", {"caption": [], **stored}), block("pdf", {"caption": [], **elsewhere}), context=Here()
    )
    assert document.blocks == (
        nodes.Media("pdf", "plan.pdf", Href("files/plan.pdf", trusted=True, stored=True)),
        nodes.Media("pdf", "lost.pdf", None),
    )


def test_the_header() -> None:
    document = build_document(
        page(
            {
                "Name": {"id": "title", "type": "title", "title": [text("Arm 4")]},
                "Hours": {"id": "a", "type": "number", "number": 142},
            },
            icon={"type": "emoji", "emoji": "🦾"},
            cover={"type": "external", "external": {"url": "https://example.com/c.png"}},
        ),
        [],
    )
    assert document.id == PAGE_ID
    assert document.title == line("Arm 4")
    assert document.icon == nodes.Icon("🦾", emoji=True)
    assert document.cover == Href("https://example.com/c.png")
    assert document.fields == (nodes.Field("Hours", "number", line("142")),)


def test_a_database_has_a_header_too() -> None:
    document = build_document({"object": "database", "id": PAGE_ID, "title": [text("Units")], "icon": STORED_FILE}, [])
    assert document.title == line("Units")
    assert document.icon == nodes.Icon("plan.pdf", None)


@pytest.mark.parametrize(
    "broken",
    [
        {"icon": {"type": "emoji", "emoji": 5}},
        {"cover": "https://example.com"},
        {"title": ["x"]},
        {"properties": {"Hours": 5}},
        {"properties": {"Hours": {"type": "number", "number": "5"}}},
    ],
)
def test_a_broken_header_is_shown_as_such(broken: Json) -> None:
    document = build_document(page(**broken), [para(1)])
    assert document.blocks == (nodes.Paragraph(line("w1")),)
    assert [nodes.plain(field.content) for field in document.fields] == ["its content could not be read"]


@pytest.mark.parametrize("properties", [None, [], "x"])
def test_a_page_without_properties(properties: object) -> None:
    document = build_document(page() | {"properties": properties}, [])
    assert document.title == ()
    assert document.fields == ()
    assert front_matter(page() | {"properties": properties}) == {}
