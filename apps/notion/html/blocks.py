"""Blocks: one function to a node, and one that knows them all."""

from collections.abc import Iterable
from typing import assert_never

from apps.notion import nodes
from apps.notion.html.line import icon, linked, render_line
from apps.notion.html.markup import (
    EMPTY,
    Markup,
    classes,
    color_class,
    escape,
    join,
    slug,
    tag,
    void,
)
from apps.notion.html.media import render_caption, render_media
from apps.notion.html.outline import Outline, render_outline
from apps.notion.html.tables import render_table

NEWLINE = Markup("\n")
LIST_FORMATS = {"letters": "a", "roman": "i"}


class BlockWriter:
    """Writes blocks in the order of reading.

    `headings` are those of the whole document, for its table of contents; `trail` stands where an author put the way
    to the page.
    """

    def __init__(self, headings: Iterable[nodes.Heading] = (), trail: Markup = EMPTY) -> None:
        self._headings = tuple(headings)
        self._trail = trail
        self._outline = Outline()

    def blocks(self, blocks: nodes.Blocks) -> Markup:
        return join((self.block(block) for block in blocks), NEWLINE)

    def block(self, block: nodes.Block) -> Markup:
        match block:
            case nodes.Paragraph():
                return self._paragraph(block)
            case nodes.Heading():
                return self._heading(block)
            case nodes.List():
                return self._list(block)
            case nodes.Toggle():
                return self._toggle(block)
            case nodes.Quote():
                css = classes("nb-quote", color_class(block.color))
                return tag("blockquote", _text(block.content), self._inside(block.children), class_=css)
            case nodes.Callout():
                return self._callout(block)
            case nodes.Table():
                return render_table(block)
            case nodes.Columns():
                return self._columns(block)
            case nodes.Tabs():
                return self._tabs(block)
            case nodes.Synced():
                return self._synced(block)
            case nodes.Section():
                title = tag("p", render_line(block.title), class_="nb-section-title") if block.title else EMPTY
                css = f"nb-section nb-section-{slug(block.kind)}"
                return tag("section", title, self.blocks(block.children), class_=css)
            case nodes.Placeholder():
                return self._placeholder(block)
            case nodes.TableOfContents():
                return self._contents(block)
            case nodes.Breadcrumb():
                return tag("div", self._trail, class_="nb-breadcrumb")
            case _:
                return _leaf(block)

    def _inside(self, children: nodes.Blocks) -> Markup:
        return tag("div", self.blocks(children), class_="nb-children") if children else EMPTY

    def _paragraph(self, block: nodes.Paragraph) -> Markup:
        css = classes("nb-paragraph", color_class(block.color))
        mark = join((icon(block.icon), " ")) if block.icon else EMPTY
        return join((tag("p", mark, render_line(block.content), class_=css), self._inside(block.children)))

    def _heading(self, block: nodes.Heading) -> Markup:
        """Level 1 is an `h2`, as the page's title is the `h1`; the class keeps the author's level."""
        css = classes(f"nb-heading nb-heading-{block.level}", color_class(block.color))
        name, free_anchor = self._outline.place(block)
        heading = tag(name, render_line(block.content), id=free_anchor, class_=css)
        if not block.toggle:
            return join((heading, self._inside(block.children)))
        summary = tag("summary", heading)
        return tag("details", summary, self._inside(block.children), class_="nb-toggle nb-toggle-heading")

    def _list(self, block: nodes.List) -> Markup:
        items = join((self._item(item, block.kind) for item in block.items), NEWLINE)
        css = f"nb-list nb-list-{slug(block.kind)}"
        if block.kind != "numbered":
            return tag("ul", items, class_=css)
        start = str(block.start) if block.start is not None and block.start != 1 else None
        return tag("ol", items, class_=css, start=start, type=LIST_FORMATS.get(block.format or ""))

    def _item(self, item: nodes.ListItem, kind: str) -> Markup:
        content = render_line(item.content)
        state = None
        if kind == "to_do":
            label = "done" if item.checked else "to do"
            box = void("input", type="checkbox", disabled=True, checked=item.checked, aria_label=label)
            content = join((box, " ", tag("span", content)))
            state = "nb-to-do nb-checked" if item.checked else "nb-to-do"
        css = classes(state, color_class(item.color)) or None
        return tag("li", content, self._inside(item.children), class_=css)

    def _toggle(self, block: nodes.Toggle) -> Markup:
        css = classes("nb-toggle", color_class(block.color))
        return tag("details", tag("summary", render_line(block.content)), self._inside(block.children), class_=css)

    def _callout(self, block: nodes.Callout) -> Markup:
        body = tag("div", _text(block.content), self.blocks(block.children), class_="nb-callout-body")
        css = classes("nb-callout", color_class(block.color))
        return tag("div", icon(block.icon), body, class_=css)

    def _columns(self, block: nodes.Columns) -> Markup:
        """Widths are twelfths in a class, as there are no inline styles."""
        columns = (
            tag(
                "div",
                self.blocks(column.children),
                class_=classes("nb-column", _twelfths(column.ratio)),
            )
            for column in block.columns
        )
        return tag("div", join(columns), class_="nb-columns")

    def _tabs(self, block: nodes.Tabs) -> Markup:
        tabs = (
            tag(
                "details",
                tag("summary", join((icon(tab.icon), " ", render_line(tab.label)))),
                self._inside(tab.children),
                class_="nb-tab",
                open=position == 0,
            )
            for position, tab in enumerate(block.tabs)
        )
        return tag("div", join(tabs), class_="nb-tabs")

    def _synced(self, block: nodes.Synced) -> Markup:
        if block.children or block.original_id is None:
            return tag("div", self.blocks(block.children), class_="nb-synced")
        words = linked(Markup("Content synced from another place"), block.href)
        return tag("div", tag("p", words), class_="nb-synced nb-placeholder")

    def _placeholder(self, block: nodes.Placeholder) -> Markup:
        name = tag("code", block.type, class_="nb-placeholder-type")
        words = tag("p", name, " ", tag("span", f"({block.reason})", class_="nb-placeholder-reason"))
        return tag("div", words, _raw(block.raw), self._inside(block.children), class_="nb-placeholder")

    def _contents(self, block: nodes.TableOfContents) -> Markup:
        css = classes("nb-contents", color_class(block.color))
        return tag("nav", render_outline(self._headings), class_=css, aria_label="Table of contents")


def _leaf(
    block: nodes.Code | nodes.Equation | nodes.Divider | nodes.Media | nodes.Bookmark | nodes.ObjectLink,
) -> Markup:
    match block:
        case nodes.Code():
            return _code(block)
        case nodes.Equation():
            return tag("p", tag("code", block.expression, class_="nb-equation"), class_="nb-equation-block")
        case nodes.Divider():
            return void("hr", class_="nb-divider")
        case nodes.Media():
            return render_media(block)
        case nodes.Bookmark():
            words = linked(escape(block.href.url), block.href)
            return tag("figure", words, render_caption(block.caption), class_=f"nb-link nb-{slug(block.kind)}")
        case nodes.ObjectLink():
            css = f"nb-object nb-object-{slug(block.kind)}"
            return tag("p", linked(escape(block.title), block.href), class_=css)
        case _:
            assert_never(block)


def _text(line: nodes.Line) -> Markup:
    return tag("p", render_line(line)) if line else EMPTY


def _raw(text: str) -> Markup:
    """A block's JSON, folded."""
    if not text:
        return EMPTY
    summary = tag("summary", "Kept byte for byte: show its JSON")
    return tag("details", summary, tag("pre", text, class_="nb-code"), class_="nb-raw")


def _code(block: nodes.Code) -> Markup:
    language = slug(block.language)
    css = f"language-{language}" if language else None
    body = tag("pre", tag("code", block.text, class_=css), class_="nb-code", tabindex="0")
    named = block.language.strip() and language != "plain_text"
    label = tag("p", block.language, class_="nb-code-language") if named else EMPTY
    caption = render_caption(block.caption)
    return tag("figure", label, body, caption, class_="nb-code-block") if label or caption else body


def _twelfths(ratio: float | None) -> str | None:
    return f"nb-width-{min(12, max(1, round(ratio * 12)))}" if ratio is not None else None
