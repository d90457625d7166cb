"""A whole document, and a way through its blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from apps.notion.nodes.block import (
    Block,
    Blocks,
    Callout,
    Columns,
    Heading,
    List,
    Paragraph,
    Placeholder,
    Quote,
    Section,
    Synced,
    Tabs,
    Toggle,
)
from apps.notion.nodes.inline import Href, Icon, Line


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a page: its name, Notion's type and its value as a line."""

    name: str
    type: str
    content: Line


@dataclass(frozen=True, slots=True)
class Document:
    id: str
    title: Line
    url: str | None = None
    icon: Icon | None = None
    cover: Href | None = None
    fields: tuple[Field, ...] = ()
    blocks: Blocks = ()


def within(block: Block) -> Iterator[Blocks]:
    """The groups of blocks that lie directly in a block."""
    match block:
        case List():
            yield from (item.children for item in block.items)
        case Columns():
            yield from (column.children for column in block.columns)
        case Tabs():
            yield from (tab.children for tab in block.tabs)
        case Paragraph() | Heading() | Toggle() | Quote() | Callout() | Synced() | Section() | Placeholder():
            yield block.children


def walk(blocks: Blocks) -> Iterator[Block]:
    """All blocks at any depth, in the order of reading."""
    waiting = [iter(blocks)]
    while waiting:
        block = next(waiting[-1], None)
        if block is None:
            waiting.pop()
            continue
        yield block
        waiting.append(chain.from_iterable(within(block)))
