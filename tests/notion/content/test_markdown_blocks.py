"""Blocks in Markdown: the structure that a reader sees is the structure of the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.lowering import Link
from apps.notion.markdown import front_matter, render_markdown
from apps.notion.markdown.blocks import write_blocks
from apps.notion.model import Json
from apps.notion.nodes import Href, Text
from tests.notion.content.markdown_reader import Shape, shapes
from tests.notion.content.patience import PATIENT
from tests.notion.content.test_markdown_line import NASTY, letters
from tests.notion.samples.parts import OTHER_ID, page, text

words = st.text(letters.filter(lambda letter: letter != "\n"), max_size=6) | st.sampled_from(
    [found for found in NASTY if "\n" not in found]
)
filled = words.map(lambda found: (Text(found or "x"),))
maybe = words.map(lambda found: (Text(found),) if found else ())


def lists(inner: st.SearchStrategy[nodes.Block]) -> st.SearchStrategy[nodes.Block]:
    items = st.builds(nodes.ListItem, maybe, checked=st.booleans(), children=st.lists(inner, max_size=2).map(tuple))
    return st.builds(
        nodes.List,
        st.sampled_from(["bulleted", "numbered", "to_do"]),
        st.lists(items, min_size=1, max_size=3).map(tuple),
        st.none() | st.integers(0, 120),
    )


leaves: st.SearchStrategy[nodes.Block] = st.one_of(
    st.builds(nodes.Paragraph, filled),
    st.builds(nodes.Heading, st.integers(1, 4), filled),
    st.builds(
        nodes.Code, st.sampled_from(["", "a\n\n  b", "```\nx\n```", "    x", "\n", "- a\n# b"]), st.just("python")
    ),
    st.just(nodes.Divider()),
)
blocks: st.SearchStrategy[nodes.Block] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        lists(inner),
        st.builds(nodes.Quote, filled, children=st.lists(inner, max_size=2).map(tuple)),
        st.builds(nodes.Paragraph, filled, children=st.lists(inner, max_size=2).map(tuple)),
    ),
    max_leaves=8,
)


def shape_of(block: nodes.Block) -> list[Shape]:
    """What a reader should see of a block."""
    match block:
        case nodes.Paragraph():
            return [("p", nodes.plain(block.content)), *shapes_of(block.children)]
        case nodes.Heading():
            return [("h", f"h{block.level}", nodes.plain(block.content))]
        case nodes.Code():
            return [("code", "python", f"{block.text}\n")]
        case nodes.Quote():
            return [("quote", [("p", nodes.plain(block.content)), *shapes_of(block.children)])]
        case nodes.List():
            items = [("li", _item(item, block.kind)) for item in block.items]
            return [
                ("ol", 1 if block.start is None else block.start, items) if block.kind == "numbered" else ("ul", items)
            ]
        case _:
            return [("hr",)]


def shapes_of(found: nodes.Blocks) -> list[Shape]:
    return [shape for block in found for shape in shape_of(block)]


def _item(item: nodes.ListItem, kind: str) -> list[Shape]:
    box = ("[x] " if item.checked else "[ ] ") if kind == "to_do" else ""
    head = box + nodes.plain(item.content)
    if not nodes.plain(item.content):
        head = head.rstrip()
    return [("p", head), *shapes_of(item.children)] if head else shapes_of(item.children)


@PATIENT
@given(st.lists(blocks, max_size=4).map(tuple))
def test_the_structure_reads_back_as_it_was(found: nodes.Blocks) -> None:
    assert shapes(write_blocks(found)) == shapes_of(found)


def written(*found: nodes.Block) -> str:
    return write_blocks(found)


def item(content: str, *children: nodes.Block, checked: bool = False) -> nodes.ListItem:
    return nodes.ListItem((Text(content),), checked=checked, children=children)


def line(content: str) -> nodes.Line:
    return (Text(content),)


PARAGRAPH = nodes.Paragraph(line("text"))
INNER = nodes.List("bulleted", (item("b"), item("c")))


@pytest.mark.parametrize(
    ("block", "markdown"),
    [
        (nodes.List("bulleted", (item("a", INNER), item("d"))), "- a\n  - b\n  - c\n- d"),
        (nodes.List("numbered", (item("a", INNER),), 10), "10. a\n    - b\n    - c"),
        (nodes.List("numbered", (item("a"), item("b")), 3, "roman"), "3. a\n4. b"),
        (nodes.List("numbered", (item("a"),), 10**12), "1. a"),
        (nodes.List("to_do", (item("a"), item("b", checked=True))), "- [ ] a\n- [x] b"),
        (nodes.List("bulleted", (item("a", PARAGRAPH), item("b"))), "- a\n\n  text\n\n- b"),
        (nodes.List("bulleted", (item("", INNER),)), "- \n  - b\n  - c"),
        (
            nodes.Toggle(line("a < b"), children=(PARAGRAPH,)),
            "<details>\n<summary>a &lt; b</summary>\n\ntext\n\n</details>",
        ),
        (nodes.Toggle((Text("a\n\nb"),)), "<details>\n<summary>a<br><br>b</summary>\n\n</details>"),
        (nodes.Callout(line("mind"), nodes.Icon("💡", emoji=True), children=(PARAGRAPH,)), "> 💡 mind\n>\n> text"),
        (nodes.Callout(line("mind")), "> [!NOTE]\n> mind"),
        (nodes.Quote((Text("a\nb"),)), "> a\\\n> b"),
        (nodes.Code("a\n```\nb", "python", line("Listing")), "````python\na\n```\nb\n````\n\nListing"),
        (nodes.Code("x", "plain text"), "```\nx\n```"),
        (nodes.Code("x", "visual basic"), "```visual-basic\nx\n```"),
        (nodes.Code("x", "java`\n<b>"), "```\nx\n```"),
        (nodes.Code("x", "java/c/c++/c#"), "```java/c/c++/c#\nx\n```"),
        (nodes.Equation("a\n\nb <script>"), "$$\na\nb < script>\n$$"),
        (nodes.Divider(), "---"),
        (nodes.TableOfContents(), "<!-- table of contents -->"),
        (nodes.Breadcrumb(), "<!-- breadcrumb -->"),
        (
            nodes.Media("image", "a.png", Href("i/a b.png", True), line("As *drawn*")),
            "![As \\*drawn\\*](i/a%20b.png)\n\nAs \\*drawn\\*",
        ),
        (nodes.Media("pdf", "a_b.pdf", Href("f/a.pdf", True)), "[a_b.pdf](f/a.pdf)"),
        (nodes.Media("video", "a.mp4", None), "a.mp4 (not stored)"),
        (nodes.Media("image", "a.png", Href("javascript:x()")), "a.png (`javascript:x()`)"),
        (
            nodes.Bookmark("bookmark", Href("https://e.com/_a_"), line("c")),
            "[https://e.com/\\_a\\_](https://e.com/_a_)\n\nc",
        ),
        (nodes.ObjectLink("page", "Bud[get]", "id", Href("b.md", True)), "[Bud\\[get\\]](b.md)"),
        (nodes.ObjectLink("page", "Budget", "id"), "Budget"),
        (nodes.Table((nodes.TableRow((line("a|b"), line("c\nd"))),)), "|  |  |\n| --- | --- |\n| a\\|b | c<br>d |"),
        (
            nodes.Table((nodes.TableRow((line("a"), line("b"))), nodes.TableRow((line("c"),))), True),
            "| a | b |\n| --- | --- |\n| c |  |",
        ),
        (nodes.Table(()), ""),
        (nodes.Columns((nodes.Column((PARAGRAPH,)), nodes.Column((nodes.Divider(),)))), "text\n\n---"),
        (nodes.Tabs((nodes.Tab(line("One"), None, (PARAGRAPH,)),)), "**One**\n\ntext"),
        (nodes.Synced("id", None, (PARAGRAPH,)), "text"),
        (nodes.Synced("id", Href("a.md", True)), "[Content synced from another place](a.md)"),
        (nodes.Section("meeting_notes", line("Weekly"), (PARAGRAPH,)), "**Weekly**\n\ntext"),
        (nodes.Placeholder("button", "not returned", "id", (PARAGRAPH,)), "> ⚠️ `button` (not returned)\n>\n> text"),
        (nodes.Heading(2, line("Plan"), toggle=True, children=(PARAGRAPH,)), "## Plan\n\ntext"),
        (nodes.Paragraph(line("a"), children=(PARAGRAPH,)), "a\n\ntext"),
        (nodes.Paragraph(()), ""),
    ],
)
def test_how_a_block_is_written(block: nodes.Block, markdown: str) -> None:
    assert written(block) == markdown


def test_lists_that_follow_one_another_stay_apart() -> None:
    bullets, numbers = nodes.List("bulleted", (item("a"),)), nodes.List("numbered", (item("b"),))
    boxes = nodes.List("to_do", (item("c"),))
    assert written(bullets, boxes, bullets, numbers, numbers) == "- a\n\n* [ ] c\n\n- a\n\n1. b\n\n1) b"
    assert written(bullets, nodes.Paragraph(()), bullets, nodes.Paragraph(()), bullets) == "- a\n\n* a\n\n- a"


def test_a_document() -> None:
    document = build_document(page(), [])
    assert render_markdown(document) == "# Launch checklist\n"
    assert render_markdown(document, title=False) == ""
    filled_document = build_document(
        page(), [{"type": "divider", "divider": {}} | {"parent": {"type": "page_id", "page_id": document.id}}]
    )
    assert render_markdown(filled_document) == "# Launch checklist\n\n---\n"


class Here:
    def link(self, object_id: str) -> Link | None:
        return Link("Arm 4", "arm.md") if object_id == OTHER_ID else None

    def file(self, file: Json) -> str | None:
        return None


def test_front_matter_has_plain_values() -> None:
    properties = {
        "Name": {"id": "title", "type": "title", "title": [text("A"), text("B", bold=True)]},
        "Hours": {"id": "a", "type": "number", "number": 0},
        "Open": {"id": "b", "type": "checkbox", "checkbox": False},
        "Tags": {"id": "c", "type": "multi_select", "multi_select": [{"id": "1", "name": "x", "color": "red"}]},
        "Due": {"id": "d", "type": "date", "date": {"start": "2026-07-04", "end": "2026-07-05", "time_zone": None}},
        "Programme": {"id": "e", "type": "relation", "relation": [{"id": OTHER_ID}, {"id": "zz"}], "has_more": False},
        "Note": {"id": "f", "type": "rich_text", "rich_text": []},
        "Sum": {
            "id": "g",
            "type": "rollup",
            "rollup": {"type": "array", "array": [{"type": "number", "number": 1}], "function": "show_original"},
        },
    }
    assert front_matter(page(properties), context=Here()) == {
        "Name": "AB",
        "Hours": 0,
        "Open": False,
        "Tags": ["x"],
        "Due": {"start": "2026-07-04", "end": "2026-07-05"},
        "Programme": ["Arm 4", "zz"],
        "Note": None,
        "Sum": [1],
    }
