"""Lines: styles, links, mentions, equations, and breaks inside them.

Colours have no Markdown and are dropped; underlining has none either and becomes `<u>`. Where asterisks would not be
read as emphasis (inside words, before punctuation, next to other asterisks) the HTML element stands instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from apps.notion import nodes
from apps.notion.links import followable
from apps.notion.markdown.escape import (
    code_span,
    destination,
    escape_inline,
    escape_line,
    is_blank,
    is_punctuation,
    may_be_punctuation,
)
from apps.notion.nodes import PLAIN, Href, Style

BREAK = "\\\n"
TAG_IN_MATH = re.compile(r"<(?=[A-Za-z/!?])")
DOLLAR = re.compile(r"(?<!\\)\$")
MARKERS = (
    ("strikethrough", "~~", "del"),
    ("italic", "*", "em"),
    ("bold", "**", "strong"),
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring text of one style and one link, or an equation."""

    text: str
    style: Style = PLAIN
    href: Href | None = None
    math: bool = False


def paragraph(line: nodes.Line) -> str:
    """A line as a paragraph; breaks inside it are backslashes at the ends of lines."""
    return "\n".join(escape_line(part) for part in _breaks(LineWriter().write(line)).split("\n"))


def single(line: nodes.Line) -> str:
    """A line that must stay one line, a heading's say; breaks inside it become `<br>`."""
    return escape_line(_breaks(LineWriter().write(line)).replace(BREAK, "<br>"))


def cell(line: nodes.Line) -> str:
    """A line in a cell of a table, where a bar would end the cell even in code."""
    return escape_line(_breaks(LineWriter(in_table=True).write(line)).replace(BREAK, "<br>"))


def inline(line: nodes.Line) -> str:
    """A line that stands inside other text."""
    return LineWriter().write(line).replace(BREAK, " ")


def link(text: str, href: Href | None) -> str:
    """A link around finished Markdown. An address that must not be followed is shown beside the text."""
    if href is None or not text:
        return text
    url = followable(href)
    if url is None:
        return f"{text} ({code_span(href.url)})" if href.url else text
    return f"[{text}]({destination(url)})"


def math(expression: str) -> str:
    """An expression between dollars: kept from ending early and from being read as an HTML element."""
    return TAG_IN_MATH.sub("< ", DOLLAR.sub(r"\\$", expression.strip()))


class LineWriter:
    def __init__(self, *, in_table: bool = False) -> None:
        self._in_table = in_table
        self._written = ""
        self._after_marker = False

    def write(self, line: nodes.Line) -> str:
        segments = list(_segments(line))
        for position, segment in enumerate(segments):
            following = segments[position + 1] if position + 1 < len(segments) else None
            self._segment(segment, _first_character(following))
        return self._written

    def _segment(self, segment: Segment, following: str) -> None:
        if segment.math:
            self._add(self._bars(f"${math(segment.text).replace(chr(10), ' ')}$"))
            return
        lead, core, trail = _edges(segment)
        self._add(_text(lead))
        if core:
            following = trail[:1] or following
            if segment.href and followable(segment.href):
                styled = self._styled(core, segment.style, "[", "]")
                self._add(link(styled, segment.href))
            else:
                styled = self._styled(core, segment.style, self._previous(), following)
                ends_with_marker = styled[-1] in "*~" and _has_marker(segment.style)
                self._add(link(styled, segment.href))
                self._after_marker = ends_with_marker and segment.href is None
        self._add(_text(trail))

    def _add(self, markdown: str) -> None:
        if markdown.startswith("[") and self._written.endswith("!"):
            # The two would be read as a picture.
            self._written = f"{self._written[:-1]}\\!"
        if markdown:
            self._written += markdown
            self._after_marker = False

    def _previous(self) -> str:
        return self._written[-1:]

    def _styled(self, text: str, style: Style, before: str, after: str) -> str:
        inner = self._code(text) if style.code else _text(text)
        for name, marker, element in MARKERS:
            if not getattr(style, name):
                continue
            if not self._after_marker and _reads_as_emphasis(before, inner, after):
                inner = f"{marker}{inner}{marker}"
            else:
                inner = f"<{element}>{inner}</{element}>"
        return f"<u>{inner}</u>" if style.underline else inner

    def _code(self, text: str) -> str:
        return BREAK.join(self._bars(code_span(part)) if part else "" for part in text.split("\n"))

    def _bars(self, markdown: str) -> str:
        return markdown.replace("|", "\\|") if self._in_table else markdown


def _edges(segment: Segment) -> tuple[str, str, str]:
    """The blanks around a segment, which must stay outside of markers; in code they can be seen and stay inside."""
    core = segment.text.strip()
    if segment.style.code and core:
        return "", segment.text, ""
    lead = segment.text[: len(segment.text) - len(segment.text.lstrip())]
    return lead, core, segment.text[len(lead) + len(core) :]


def _reads_as_emphasis(before: str, inner: str, after: str) -> bool:
    """Whether markers around `inner` are flanked as the rules for emphasis want, whoever reads them."""
    first, last = inner[0], inner[-1]
    if first.isspace() or last.isspace():
        return False
    if may_be_punctuation(first) and not (is_blank(before) or is_punctuation(before)):
        return False
    return not may_be_punctuation(last) or is_blank(after) or is_punctuation(after)


def _has_marker(style: Style) -> bool:
    return style.bold or style.italic or style.strikethrough


def _segments(line: nodes.Line) -> Iterator[Segment]:
    parts = (segment for item in line if (segment := _segment(item)).text)
    for key, group in groupby(parts, key=lambda part: (part.style, part.href, part.math)):
        style, href, is_math = key
        if is_math:
            yield from group
        else:
            yield Segment("".join(part.text for part in group), style, href)


def _segment(item: nodes.Inline) -> Segment:
    match item:
        case nodes.Math():
            return Segment(item.expression.strip(), math=True)
        case nodes.Emoji():
            return Segment(f":{item.name}:")
        case nodes.Chip() | nodes.Check():
            return Segment(item.text)
        case nodes.Text() | nodes.Mention() | nodes.Moment():
            # Colours are dropped here, so that they do not part what looks alike.
            style = Style(
                item.style.bold,
                item.style.italic,
                item.style.strikethrough,
                item.style.underline,
                item.style.code,
            )
            return Segment(item.text, style, item.href)


def _first_character(segment: Segment | None) -> str:
    """What will stand first in the Markdown of a segment, as far as it matters to the markers before it."""
    if segment is None:
        return ""
    if segment.text[0].isspace() and not segment.style.code:
        return segment.text[0]
    plain = segment.style == PLAIN and segment.href is None and not segment.math
    return escape_inline(segment.text)[0] if plain else "*"


def _text(text: str) -> str:
    return BREAK.join(escape_inline(part) for part in text.split("\n"))


def _breaks(markdown: str) -> str:
    """Breaks at either end, where they would not be read as breaks, become character references."""
    start = end = 0
    while markdown.startswith(BREAK):
        markdown, start = markdown[len(BREAK) :], start + 1
    while markdown.endswith(BREAK):
        markdown, end = markdown[: -len(BREAK)], end + 1
    return "&#10;" * start + markdown + "&#10;" * end
