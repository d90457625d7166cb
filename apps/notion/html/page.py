"""A whole document."""

from collections.abc import Sequence

from apps.notion import nodes
from apps.notion.html.blocks import BlockWriter
from apps.notion.html.line import icon, render_line
from apps.notion.html.markup import EMPTY, Markup, join, picture, tag, void
from apps.notion.nodes import Document

EMPTY_FIELD = tag("span", "Empty", class_="nb-empty")


def render_html(document: Document, *, header: bool = True, trail: Markup = EMPTY) -> Markup:
    """The document as one `<article>`, with cover, icon, title and properties unless `header` is false.

    `trail` is the way to the page, for authors who want it shown.
    No inline styles, no scripts. Links lead to http, https and mailto, and wherever the context of the document says.
    Every class begins with `nb-` (and `language-` for code), colours are classes (`nb-color-red_background`).
    """
    body = BlockWriter(headings_of(document), trail).blocks(document.blocks)
    return tag("article", render_header(document) if header else EMPTY, body, class_="nb-page")


def headings_of(document: Document) -> Sequence[nodes.Heading]:
    return tuple(block for block in nodes.walk(document.blocks) if isinstance(block, nodes.Heading))


def render_header(document: Document) -> Markup:
    cover = picture(document.cover)
    mark = join((icon(document.icon), " ")) if document.icon else EMPTY
    title = render_line(document.title) if nodes.plain(document.title).strip() else "Untitled"
    parts = (
        void("img", class_="nb-cover", src=cover, alt="", loading="lazy") if cover else EMPTY,
        tag("h1", mark, title, class_="nb-title"),
        _fields(document.fields),
    )
    return tag("header", join(parts), class_="nb-header")


def _fields(fields: tuple[nodes.Field, ...]) -> Markup:
    if not fields:
        return EMPTY
    return tag("dl", join(_field(field) for field in fields), class_="nb-properties")


def _field(field: nodes.Field) -> Markup:
    return join((tag("dt", field.name), tag("dd", render_line(field.content) or EMPTY_FIELD)))
