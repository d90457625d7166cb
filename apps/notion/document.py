"""From a page and its raw blocks to the neutral document that every output format reads."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from apps.notion import nodes
from apps.notion.blocks import parse_block
from apps.notion.file_objects import FileObject
from apps.notion.icons import Icon
from apps.notion.links import dashed
from apps.notion.lowering import Context, Lowering, NoContext
from apps.notion.model import Json, NotionModel, readable
from apps.notion.nodes import Document
from apps.notion.number_formats import NO_FORMATS, Formats, formatted_line
from apps.notion.properties import parse_property
from apps.notion.properties.title import TitleValue
from apps.notion.refusals import Unreadable
from apps.notion.rich_text import RichText
from apps.notion.tree import Branch, arrange

UNREADABLE = "its content could not be read"
ORPHANED = "the block that holds this is missing"


class Header(NotionModel):
    """What a page, a database and a data source have in common at their top."""

    icon: Icon | None = None
    cover: FileObject | None = None
    url: str | None = None


def build_document(
    page: Json, blocks: Iterable[Json], *, context: Context | None = None, formats: Formats = NO_FORMATS
) -> Document:
    """The document of a page, database or data source.

    `blocks` are the page's raw blocks, flat and depth first, each with its `parent`. Nothing is dropped and nothing is
    raised: what cannot be read, and what has lost its parent, becomes a visible placeholder with its content inside.
    `formats` say how a row's numbers are written; they stand in the schema, not in the row.
    """
    lowering = Lowering(context or NoContext())
    header, unread = _header(page)
    title, fields = _properties(page, lowering, formats)
    page_id = str(page.get("id", ""))
    return Document(
        id=dashed(page_id),
        title=title,
        url=header.url,
        icon=lowering.icon(header.icon),
        cover=lowering.file(header.cover) if header.cover else None,
        fields=unread + fields,
        blocks=_lower(arrange(page_id, list(blocks)), lowering),
    )


def lower_rich_text(runs: Sequence[Json], *, context: Context | None = None) -> nodes.Line:
    """Rich text that stands alone, such as a comment or a description, as a line. Raises `Unreadable`."""
    return Lowering(context or NoContext()).line(RichTextHolder.parse({"rich_text": list(runs)}).rich_text)


class RichTextHolder(NotionModel):
    rich_text: RichText


def _header(page: Json) -> tuple[Header, tuple[nodes.Field, ...]]:
    """The parts of the header that can be read, and a field for each that cannot."""
    known = {name: page[name] for name in Header.model_fields if name in page}
    unread: list[nodes.Field] = []
    for name, value in tuple(known.items()):
        try:
            Header.parse({name: value})
        except Unreadable:
            del known[name]
            unread.append(_unread(name))
    return Header.parse(known), tuple(unread)


def _unread(name: str, kind: str = "") -> nodes.Field:
    return nodes.Field(name, kind, (nodes.Text(UNREADABLE),))


def _properties(page: Json, lowering: Lowering, formats: Formats) -> tuple[nodes.Line, tuple[nodes.Field, ...]]:
    """The title and the other properties. A database has its title beside its properties, which are a schema."""
    if isinstance(page.get("title"), list):
        try:
            return lowering.line(RichTextHolder.parse({"rich_text": page["title"]}).rich_text), ()
        except Unreadable:
            return (), (_unread("title"),)
    title: nodes.Line = ()
    fields: list[nodes.Field] = []
    properties = page.get("properties")
    for name, raw in properties.items() if isinstance(properties, dict) else ():
        try:
            value = parse_property(raw)
        except Unreadable:
            fields.append(_unread(name, str(raw.get("type", "")) if isinstance(raw, dict) else ""))
            continue
        if isinstance(value, TitleValue):
            title = value.line(lowering)
        else:
            line = formatted_line(value, lowering, formats.get(str(value.id)))
            fields.append(nodes.Field(name, value.type, line))
    return title, tuple(fields)


def _lower(tops: Sequence[Branch], lowering: Lowering) -> nodes.Blocks:
    """Lowers the innermost blocks first, so that depth costs no stack."""
    ordered: list[Branch] = []
    waiting = list(tops)
    while waiting:
        branch = waiting.pop()
        ordered.append(branch)
        waiting.extend(branch.children)
    lowered: dict[int, nodes.Block] = {}
    for branch in reversed(ordered):
        children = grouped(lowered.pop(id(child)) for child in branch.children)
        lowered[id(branch)] = _block(branch.block, children, lowering)
    top: list[nodes.Block] = []
    for missing, group in groupby(tops, key=lambda branch: branch.missing):
        found = [lowered[id(branch)] for branch in group]
        if missing is None:
            top += found
        else:
            top.append(nodes.Placeholder("block", ORPHANED, missing, grouped(found)))
    return grouped(top)


def _block(raw: Json, children: nodes.Blocks, lowering: Lowering) -> nodes.Block:
    try:
        block = parse_block(raw)
    except Unreadable:
        kind, block_id = str(raw.get("type", "block")), str(raw.get("id", ""))
        return nodes.Placeholder(kind, UNREADABLE, block_id, children, readable(raw))
    if block.takes_children or not children:
        return block.lower(lowering, children)
    return nodes.Section(block.type, (), (block.lower(lowering, ()), *children))


def grouped(blocks: Iterable[nodes.Block]) -> nodes.Blocks:
    """Neighbouring items of one list put together; a numbered item that says where it starts begins a new list."""
    together: list[nodes.Block] = []
    for block in blocks:
        last = together[-1] if together else None
        if (
            isinstance(block, nodes.List)
            and isinstance(last, nodes.List)
            and block.kind == last.kind
            and block.start is None
        ):
            together[-1] = nodes.List(last.kind, last.items + block.items, last.start, last.format)
        else:
            together.append(block)
    return tuple(together)
