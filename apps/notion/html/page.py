"""A whole document."""

from apps.notion import nodes
from apps.notion.html.blocks import BlockWriter
from apps.notion.html.line import icon, render_line
from apps.notion.html.markup import EMPTY, Markup, join, picture, tag, void
from apps.notion.nodes import Document

EMPTY_FIELD = tag("span", "Empty", class_="nb-empty")


def render_html(document: Document, *, header: bool = True) -> str:
    """The document as one `<article>`, with cover, icon, title and properties unless `header` is false.

    No inline styles, no scripts. Links lead to http, https and mailto, and wherever the context of the document says.
    Every class begins with `nb-` (and `language-` for code), colours are classes (`nb-color-red_background`).
    """
    headings = (block for block in nodes.walk(document.blocks) if isinstance(block, nodes.Heading))
    body = BlockWriter(headings).blocks(document.blocks)
    return str(tag("article", _header(document) if header else EMPTY, body, class_="nb-page"))


def _header(document: Document) -> Markup:
    cover = picture(document.cover)
    mark = join((icon(document.icon), " ")) if document.icon else EMPTY
    parts = (
        void("img", class_="nb-cover", src=cover, alt="", loading="lazy") if cover else EMPTY,
        tag("h1", mark, render_line(document.title) or "Untitled", class_="nb-title"),
        _fields(document.fields),
    )
    return tag("header", join(parts), class_="nb-header")


def _fields(fields: tuple[nodes.Field, ...]) -> Markup:
    if not fields:
        return EMPTY
    return tag("dl", join(_field(field) for field in fields), class_="nb-properties")


def _field(field: nodes.Field) -> Markup:
    return join((tag("dt", field.name), tag("dd", render_line(field.content) or EMPTY_FIELD)))
