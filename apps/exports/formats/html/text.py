"""The words of a document, for its search."""

from collections.abc import Iterator

from apps.notion import nodes


def headings_in(document: nodes.Document) -> Iterator[str]:
    return (nodes.plain(block.content) for block in nodes.walk(document.blocks) if isinstance(block, nodes.Heading))


def body_of(document: nodes.Document) -> Iterator[str]:
    """All words but those of the title and of the properties, in the order of reading."""
    for block in nodes.walk(document.blocks):
        yield from (words for words in _said(block) if words)


def _said(block: nodes.Block) -> Iterator[str]:
    """What a block says itself; what lies in it comes after it."""
    match block:
        case (
            nodes.Paragraph(content=line)
            | nodes.Heading(content=line)
            | nodes.Toggle(content=line)
            | nodes.Quote(content=line)
            | nodes.Callout(content=line)
            | nodes.Section(title=line)
        ):
            yield nodes.plain(line)
        case nodes.List():
            yield from (nodes.plain(item.content) for item in block.items)
        case nodes.Tabs():
            yield from (nodes.plain(tab.label) for tab in block.tabs)
        case nodes.Table():
            yield from (nodes.plain(cell) for row in block.rows for cell in row.cells)
        case nodes.Code(text=words, caption=line) | nodes.Media(name=words, caption=line):
            yield words
            yield nodes.plain(line)
        case nodes.Bookmark():
            yield nodes.plain(block.caption)
            yield block.href.url
        case nodes.Equation(expression=words) | nodes.ObjectLink(title=words):
            yield words
