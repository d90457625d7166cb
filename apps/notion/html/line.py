"""Lines: text with styles, links, mentions, equations."""

import re
from collections.abc import Iterator

from apps.notion import nodes
from apps.notion.html.markup import (
    Markup,
    classes,
    color_class,
    escape,
    join,
    picture,
    slug,
    tag,
    void,
)
from apps.notion.html.moments import moment_words
from apps.notion.links import followable

GLYPH = "◆"
"""Stands for a picture that is not at hand."""
BREAK = void("br")
NEWLINE = re.compile(r"\r\n?|\n")
RUNS = re.compile(r"\.(?:[xs]?html?|xht|svgz?|xml|xslt?|mht|mhtml)$", re.IGNORECASE)
"""Stored files that a browser would open as a page of ours, with what its author has it do."""


def render_line(line: nodes.Line) -> Markup:
    return join(_inline(item) for item in line)


def linked(content: Markup, href: nodes.Href | None, css: str | None = None) -> Markup:
    """The content as a link. An address that no browser should follow stays readable, but dead."""
    if href is None:
        return content
    url = followable(href)
    if url is None:
        return tag("span", content, class_=classes("nb-dead-link", css), title=href.url)
    if href.trusted:
        return tag("a", content, class_=css, href=url, download=href.stored and RUNS.search(url) is not None)
    return tag("a", content, class_=css, href=url, rel="noopener noreferrer nofollow")


def icon(found: nodes.Icon | None) -> Markup:
    if found is None:
        return Markup("")
    url = picture(found.src)
    if url:
        return void("img", class_="nb-icon", src=url, alt=found.text, loading="lazy")
    if found.emoji:
        return tag("span", found.text, class_="nb-icon", aria_hidden="true")
    name = found.text.strip(":")
    return tag("span", GLYPH, class_="nb-icon nb-icon-glyph", role="img", aria_label=name, title=name)


def _inline(item: nodes.Inline) -> Markup:
    match item:
        case nodes.Text():
            return linked(_styled(_lines(item.text), item.style), item.href)
        case nodes.Math():
            return _styled(tag("code", item.expression, class_="nb-equation"), item.style)
        case nodes.Mention():
            css = f"nb-mention nb-mention-{slug(item.kind)}"
            inner = _styled(_lines(item.text), item.style)
            return linked(inner, item.href, css) if item.href else tag("span", inner, class_=css)
        case nodes.Moment():
            return _moment(item)
        case nodes.Check():
            label = "yes" if item.checked else "no"
            return tag(
                "span", "✓" if item.checked else "", class_="nb-check", role="img", aria_label=label, title=label
            )
        case nodes.Emoji():
            url = picture(item.src)
            name = f":{item.name}:"
            return void("img", class_="nb-emoji", src=url, alt=name, loading="lazy") if url else escape(name)
        case nodes.Chip():
            return tag("span", item.text, class_=classes("nb-chip", color_class(item.color)))


def _moment(item: nodes.Moment) -> Markup:
    ends = [iso for iso in (item.start, item.end) if iso]
    shown = join((tag("time", moment_words(iso), datetime=iso, title=iso) for iso in ends), Markup(" → "))
    zone = f" ({item.time_zone})" if item.time_zone else ""
    inner = _styled(join((shown, zone)), item.style)
    css = "nb-mention nb-mention-date" if item.mention else None
    if item.href:
        return linked(inner, item.href, css)
    return tag("span", inner, class_=css) if css else inner


def _lines(text: str) -> Markup:
    return join(NEWLINE.split(text), BREAK)


def _styled(content: Markup, style: nodes.Style) -> Markup:
    for name in _elements(style):
        content = tag(name, content)
    css = color_class(style.color)
    return tag("span", content, class_=css) if css else content


def _elements(style: nodes.Style) -> Iterator[str]:
    """The elements for a style, innermost first."""
    if style.code:
        yield "code"
    if style.strikethrough:
        yield "s"
    if style.underline:
        yield "u"
    if style.italic:
        yield "em"
    if style.bold:
        yield "strong"
