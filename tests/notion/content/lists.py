"""Flat lists of blocks with parents, as they are stored."""

from typing import Any

from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.lowering import Link
from apps.notion.model import Json
from apps.notion.nodes import Document, Text
from tests.notion.samples.parts import OTHER_ID, PAGE_ID, STORED, block, page, text


def ident(number: int) -> str:
    return f"00000000-0000-8000-8000-{number:012x}"


def under(parent: str) -> Json:
    return {"type": "block_id", "block_id": parent} if parent != PAGE_ID else {"type": "page_id", "page_id": PAGE_ID}


def para(number: int, parent: str = PAGE_ID, words: str | None = None) -> Json:
    content = {"rich_text": [text(words or f"w{number}")], "color": "default"}
    return block("paragraph", content, id=ident(number), parent=under(parent))


def node(kind: str, content: Json, number: int, parent: str = PAGE_ID) -> Json:
    return block(kind, content, id=ident(number), parent=under(parent))


def item(kind: str, number: int, parent: str = PAGE_ID, **more: Any) -> Json:
    return node(kind, {"rich_text": [text(f"w{number}")], "color": "default", **more}, number, parent)


def build(*blocks: Json, context: Any = None) -> Document:
    return build_document(page(), blocks, context=context)


def line(words: str) -> nodes.Line:
    return (Text(words),)


class Here:
    """A context that holds one page and one file."""

    def link(self, object_id: str) -> Link | None:
        return Link("Budget", "../budget.html") if object_id == OTHER_ID else None

    def file(self, file: Json) -> str | None:
        stored = file.get("file", {}).get("url") == STORED
        return "files/plan.pdf" if stored else None
