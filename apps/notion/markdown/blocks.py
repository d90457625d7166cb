"""Blocks: one function to a node, and one that knows them all.

What Markdown cannot say: colours are dropped; blocks inside a paragraph or heading follow it; columns and tabs follow
one another; letters and Roman numerals become numbers; empty paragraphs, which are only space, are left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from apps.notion import nodes
from apps.notion.html import render_line
from apps.notion.links import followable
from apps.notion.markdown.escape import code_span, destination, escape_closing, escape_inline, longest_backticks
from apps.notion.markdown.line import BREAK, cell, link, math, paragraph, single

NEWLINES = re.compile(r"\s*\n\s*")
LANGUAGE = re.compile(r"[A-Za-z0-9+#./_-]+")
LARGEST_NUMBER = 999_999_999
MARKERS = {"bulleted": ("-", "*"), "to_do": ("-", "*"), "numbered": (".", ")")}
"""The marker of a list, and the one for a list that follows another with the same."""


def write_blocks(blocks: nodes.Blocks) -> str:
    """The blocks, an empty line between each two. A list that follows another gets a different marker."""
    parts: list[str] = []
    last: nodes.Block | None = None
    alternate = False
    for block in _flow(blocks):
        if isinstance(block, nodes.List):
            follows = isinstance(last, nodes.List) and MARKERS[last.kind] == MARKERS[block.kind]
            alternate = follows and not alternate
        written = write_block(block, alternate=alternate)
        if written:
            parts.append(written)
            last = block
    return "\n\n".join(parts)


def _flow(blocks: nodes.Blocks) -> Iterator[nodes.Block]:
    """The blocks with those unfolded that Markdown cannot nest: what is in them follows at the same level."""
    for block in blocks:
        match block:
            case nodes.Paragraph() | nodes.Heading() if block.children:
                yield replace(block, children=())
                yield from _flow(block.children)
            case nodes.Columns():
                for column in block.columns:
                    yield from _flow(column.children)
            case nodes.Tabs():
                for tab in block.tabs:
                    yield nodes.Paragraph(_bold(tab.label))
                    yield from _flow(tab.children)
            case nodes.Synced() if block.children or block.original_id is None:
                yield from _flow(block.children)
            case nodes.Section():
                yield nodes.Paragraph(_bold(block.title))
                yield from _flow(block.children)
            case _:
                yield block


def write_block(block: nodes.Block, *, alternate: bool = False) -> str:
    match block:
        case nodes.Paragraph():
            return paragraph(block.content)
        case nodes.Heading():
            return f"{'#' * block.level} {escape_closing(single(block.content))}".rstrip()
        case nodes.List():
            return _list(block, alternate)
        case nodes.Toggle():
            return _toggle(block)
        case nodes.Quote():
            return _quoted(_together(paragraph(block.content), block.children))
        case nodes.Callout():
            return _callout(block)
        case nodes.Table():
            return _table(block)
        case nodes.Synced():
            return paragraph((nodes.Text("Content synced from another place", href=block.href),))
        case nodes.Placeholder():
            words = f"⚠️ {code_span(block.type or 'block')} ({escape_inline(block.reason)})"
            return _quoted(_together(words, block.children))
        case nodes.Columns() | nodes.Tabs() | nodes.Section():
            return write_blocks((block,))
        case _:
            return _leaf(block)


def _leaf(
    block: nodes.Code
    | nodes.Equation
    | nodes.Divider
    | nodes.TableOfContents
    | nodes.Breadcrumb
    | nodes.Media
    | nodes.Bookmark
    | nodes.ObjectLink,
) -> str:
    match block:
        case nodes.Code():
            return _joined((_code(block), paragraph(block.caption)))
        case nodes.Equation():
            lines = [line for line in math(block.expression).splitlines() if line.strip()]
            return "\n".join(("$$", *lines, "$$"))
        case nodes.Divider():
            return "---"
        case nodes.TableOfContents():
            return "<!-- table of contents -->"
        case nodes.Breadcrumb():
            return "<!-- breadcrumb -->"
        case nodes.Media():
            return _joined((_media(block), paragraph(block.caption)))
        case nodes.Bookmark():
            return _joined((paragraph((nodes.Text(block.href.url, href=block.href),)), paragraph(block.caption)))
        case nodes.ObjectLink():
            return paragraph((nodes.Text(block.title, href=block.href),))
        case _:
            assert_never(block)


def _together(first: str, children: nodes.Blocks) -> str:
    return _joined((first, write_blocks(children)))


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _list(block: nodes.List, alternate: bool) -> str:
    marker = MARKERS[block.kind][alternate]
    start = block.start if block.start is not None else 1
    if not 0 <= start <= LARGEST_NUMBER - len(block.items):
        start = 1
    tight = all(isinstance(child, nodes.List) for item in block.items for child in item.children)
    between = "\n" if tight else "\n\n"
    return between.join(
        _item(item, f"{start + position}{marker}" if block.kind == "numbered" else marker, block.kind)
        for position, item in enumerate(block.items)
    )


def _item(item: nodes.ListItem, marker: str, kind: str) -> str:
    """An item may not begin with an empty line, so that what is in an item without text follows at once."""
    box = ("[x] " if item.checked else "[ ] ") if kind == "to_do" else ""
    head = f"{box}{paragraph(item.content)}".rstrip()
    body = write_blocks(item.children)
    at_once = not head or (body and _interrupts(item.children[0]))
    content = f"{head}\n{body}" if at_once and body else _joined((head, body))
    return f"{marker} {_indented(content, len(marker) + 1)}".rstrip(" ")


def _interrupts(block: nodes.Block) -> bool:
    """Whether a list can follow a paragraph without an empty line: only one that is not empty and counts from 1."""
    if not isinstance(block, nodes.List) or block.start not in (None, 1):
        return False
    return block.kind == "to_do" or bool(nodes.plain(block.items[0].content))


def _indented(text: str, width: int) -> str:
    """All lines but the first moved to the right; empty ones stay empty."""
    first, *rest = text.split("\n")
    return "\n".join((first, *(f"{' ' * width}{line}" if line else "" for line in rest)))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _callout(block: nodes.Callout) -> str:
    """The emoji before the text; without emoji an alert, so that it does not look like a quotation."""
    content = paragraph(block.content)
    if block.icon and block.icon.emoji:
        content = f"{escape_inline(block.icon.text)} {content}".rstrip(" ")
    else:
        content = f"[!NOTE]\n{content}".rstrip("\n")
    return _quoted(_together(content, block.children))


def _toggle(block: nodes.Toggle) -> str:
    """An HTML element, whose first line is HTML too: it must not hold an empty line."""
    summary = NEWLINES.sub(" ", render_line(_without_colors(block.content)))
    opening = f"<details>\n<summary>{summary}</summary>"
    return _joined((opening, write_blocks(block.children), "</details>"))


def _table(block: nodes.Table) -> str:
    """GitHub's tables have a header always; a table without one gets an empty header."""
    width = max((len(row.cells) for row in block.rows), default=0)
    if not width:
        return ""
    rows = [[cell(line) for line in row.cells] + [""] * (width - len(row.cells)) for row in block.rows]
    header = rows.pop(0) if block.header_row else [""] * width
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * width, *rows))


def _code(block: nodes.Code) -> str:
    fence = "`" * max(3, longest_backticks(block.text) + 1)
    language = block.language.replace(" ", "-")
    named = LANGUAGE.fullmatch(language) and block.language != "plain text"
    return f"{fence}{language if named else ''}\n{block.text}\n{fence}"


def _media(block: nodes.Media) -> str:
    url = followable(block.href)
    if block.href is None:
        return paragraph((nodes.Text(f"{block.name} (not stored)"),))
    if block.kind == "image" and url:
        words = escape_inline(nodes.plain(block.caption) or block.name)
        return f"![{NEWLINES.sub(' ', words)}]({destination(url)})"
    return link(paragraph((nodes.Text(block.name),)).replace(BREAK, " "), block.href)


def _bold(line: nodes.Line) -> nodes.Line:
    return tuple(
        replace(item, style=replace(item.style, bold=True))
        if isinstance(item, nodes.Text | nodes.Mention | nodes.Moment)
        else item
        for item in line
    )


def _without_colors(line: nodes.Line) -> nodes.Line:
    return tuple(
        replace(item, style=replace(item.style, color="default"))
        if isinstance(item, nodes.Text | nodes.Mention | nodes.Moment | nodes.Math)
        else item
        for item in line
    )
