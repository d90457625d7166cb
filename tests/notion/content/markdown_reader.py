"""Markdown read back by markdown-it, into something that can be compared with what was written."""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from apps.notion import nodes

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
STYLES = {"strong": "bold", "em": "italic", "s": "strikethrough", "del": "strikethrough", "u": "underline"}
ELEMENT = re.compile(r"</?(\w+)>")

Character: TypeAlias = tuple[str, frozenset[str]]
"""A character and the styles it stands in; `link:…` is one of them."""
Shape: TypeAlias = tuple[Any, ...]


def characters(tokens: Iterable[Token]) -> list[Character]:
    """What a reader sees in a line."""
    on: set[str] = set()
    seen: list[Character] = []
    for token in tokens:
        match token.type:
            case "text":
                seen += [(character, frozenset(on)) for character in token.content]
            case "code_inline":
                seen += [(character, frozenset(on | {"code"})) for character in token.content]
            case "hardbreak":
                seen.append(("\n", frozenset(on)))
            case "html_inline":
                _element(token.content, on, seen)
            case "link_open":
                on.add(f"link:{token.attrGet('href')}")
            case "link_close":
                on -= {name for name in on if name.startswith("link:")}
            case kind if kind.endswith("_open"):
                on.add(STYLES[token.tag])
            case kind if kind.endswith("_close"):
                on.discard(STYLES[token.tag])
            case kind:
                raise AssertionError(f"{kind} is not expected in a line")
    return seen


def _element(content: str, on: set[str], seen: list[Character]) -> None:
    found = ELEMENT.fullmatch(content)
    assert found, content
    if found.group(1) == "br":
        seen.append(("\n", frozenset(on)))
    elif content.startswith("</"):
        on.discard(STYLES[found.group(1)])
    else:
        on.add(STYLES[found.group(1)])


def expected(line: nodes.Line) -> list[Character]:
    """What a reader should see of a line."""
    seen: list[Character] = []
    for item in line:
        assert isinstance(item, nodes.Text)
        styles = {name for name in (*STYLES.values(), "code") if getattr(item.style, name)}
        if item.href:
            styles.add(f"link:{READER.normalizeLink(item.href.url)}")
        seen += [(character, frozenset(styles)) for character in item.text]
    return seen


def assert_same(seen: Sequence[Character], wanted: Sequence[Character]) -> None:
    """The same characters; and the same styles, but for blanks, which must stay outside of markers."""
    assert "".join(character for character, _ in seen) == "".join(character for character, _ in wanted)
    for (character, has), (_, wants) in zip(seen, wanted, strict=True):
        assert has == wants or character.isspace(), (character, has, wants)


def shapes(markdown: str) -> list[Shape]:
    """The blocks of a text, with the words in them."""
    return [shape(node) for node in SyntaxTreeNode(READER.parse(markdown)).children]


def shape(node: SyntaxTreeNode) -> Shape:
    inside = [shape(child) for child in node.children if child.type != "inline"]
    match node.type:
        case "paragraph":
            return ("p", words(node))
        case "heading":
            return ("h", node.tag, words(node))
        case "bullet_list":
            return ("ul", inside)
        case "ordered_list":
            return ("ol", node.attrs.get("start", 1), inside)
        case "list_item":
            return ("li", inside)
        case "blockquote":
            return ("quote", inside)
        case "fence":
            return ("code", node.info, node.content)
        case "hr":
            return ("hr",)
        case "html_block":
            return ("html", html.unescape(node.content.strip()))
        case "table":
            return ("table", [cell for row in rows(node) for cell in row])
        case kind:
            raise AssertionError(f"{kind} is not expected")


def rows(table: SyntaxTreeNode) -> list[list[str]]:
    return [[words(cell) for cell in row.children] for part in table.children for row in part.children]


def words(node: SyntaxTreeNode) -> str:
    tokens = node.children[0].to_tokens()[0].children or [] if node.children else []
    return "".join(character for character, _ in characters(tokens))
