"""Blocks that stand for something outside of the snapshot get their address in Notion, wherever they lie."""

from apps.exports.outside import with_addresses
from apps.notion import nodes
from apps.notion.nodes import Document, Href

AWAY = "deadbeef-0000-4000-8000-000000000001"
LOST = nodes.ObjectLink("page", "Board minutes", AWAY)
KNOWN = nodes.ObjectLink("page", "Plan", AWAY, Href("Plan.md", trusted=True))
COMMENT = nodes.ObjectLink("comment", "Untitled", AWAY)


def test_they_are_found_at_any_depth_and_nothing_else_is_touched() -> None:
    kept = nodes.Paragraph((nodes.Text("kept"),))
    blocks = (
        kept,
        nodes.Toggle((), children=(nodes.Quote((), children=(LOST, KNOWN, COMMENT)),)),
        nodes.Columns((nodes.Column((LOST,)),)),
        nodes.List("bulleted", (nodes.ListItem((), children=(LOST,)),)),
    )
    mended = with_addresses(Document(id="x", title=(), blocks=blocks))
    links = [block for block in nodes.walk(mended.blocks) if isinstance(block, nodes.ObjectLink)]
    assert [link.href.url if link.href else None for link in links] == [
        "https://www.notion.so/deadbeef000040008000000000000001",
        "Plan.md",
        None,
        *["https://www.notion.so/deadbeef000040008000000000000001"] * 2,
    ]
    assert mended.blocks[0] is kept


def test_a_document_without_them_is_the_same_document() -> None:
    document = Document(id="x", title=(), blocks=(nodes.Toggle((), children=(KNOWN,)),))
    assert with_addresses(document) is document
