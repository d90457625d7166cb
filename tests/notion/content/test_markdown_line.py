"""Text is never read as markup: what a reader of the Markdown sees is what the page says."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.notion import nodes
from apps.notion.markdown.blocks import write_block
from apps.notion.markdown.escape import code_span
from apps.notion.markdown.line import paragraph
from apps.notion.nodes import Href, Style, Text
from tests.notion.content.markdown_reader import READER, assert_same, characters, expected
from tests.notion.content.patience import PATIENT

NASTY = [
    "- a",
    "1. a",
    "7) a",
    "# a",
    "a #",
    "> a",
    "===",
    "---",
    "- - -",
    "***",
    "```",
    "~~~",
    "a|b\n:-:",
    "| a |\n| - |",
    "&amp;",
    "&#65;",
    "&copy",
    "<b>",
    "<!-- -->",
    "</details>",
    "<script>",
    "[a](b)",
    "![a](b)",
    "[a]: b",
    "[^1]",
    "  a",
    "    a",
    "\ta",
    "a  \nb",
    "\n",
    "\n\na\n\n",
    "_a_",
    "__init__",
    "a_b_c",
    "!",
    "$a$",
    "\\",
    "\\\n",
    "a\\|b",
    "`",
    "``a`",
    "\u00a0a\u3000",
    "*",
    "「強調」",
    "$\u20ac",
]
"""What looks like markup."""

letters = st.characters(blacklist_categories=("Cs", "Cc", "Cn")) | st.sampled_from(
    "\n\t *_`~[]()<>!#+-.1=|$&\\:;\"'/ab "
)
texts = st.text(letters, max_size=10) | st.sampled_from(NASTY)
styles = st.builds(Style, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
hrefs = st.none() | st.sampled_from(
    [Href("https://example.com/c_d(e)?x=1&copy;*a*"), Href("https://example.com/a b|c")]
)
lines = st.lists(st.builds(Text, texts, styles, hrefs), max_size=5).map(tuple)
BOLD, ITALIC, CODE = Style(bold=True), Style(italic=True), Style(code=True)


@PATIENT
@given(lines)
@example((Text("a"), Text("b", BOLD), Text("c", ITALIC)))
@example((Text("!"), Text("a", href=Href("https://example.com"))))
@example((Text("`a`", CODE), Text("`", CODE)))
def test_a_paragraph_reads_back_as_it_was(line: nodes.Line) -> None:
    tokens = READER.parse(paragraph(line))
    if not nodes.plain(line):
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert_same(characters(tokens[1].children or []), expected(line))


@PATIENT
@given(lines, st.integers(1, 4))
def test_a_heading_reads_back_as_it_was(line: nodes.Line, level: int) -> None:
    tokens = READER.parse(write_block(nodes.Heading(level, line)))
    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    assert tokens[0].tag == f"h{level}"
    assert_same(characters(tokens[1].children or []), expected(line))


@PATIENT
@given(st.lists(st.lists(lines, min_size=1, max_size=3), min_size=1, max_size=3), st.booleans())
def test_a_table_reads_back_as_it_was(cells: list[list[nodes.Line]], header: bool) -> None:
    table = nodes.Table(tuple(nodes.TableRow(tuple(row)) for row in cells), header_row=header)
    tokens = READER.parse(write_block(table))
    width = max(map(len, cells))
    wanted = [line for row in cells for line in row + [()] * (width - len(row))]
    found = [token.children or [] for token in tokens if token.type == "inline"]
    assert (tokens[0].type, tokens[-1].type) == ("table_open", "table_close")
    assert len(found) == len(wanted) + (0 if header else width)
    for seen, line in zip(found[0 if header else width :], wanted, strict=True):
        assert_same(characters(seen), expected(line))


@pytest.mark.parametrize("words", NASTY)
@pytest.mark.parametrize("style", [Style(), BOLD, CODE], ids=["plain", "bold", "code"])
def test_what_looks_like_markup_is_text(words: str, style: Style) -> None:
    line = (Text("a "), Text(words, style))
    tokens = READER.parse(paragraph(line))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert_same(characters(tokens[1].children or []), expected(line))


@pytest.mark.parametrize(
    ("line", "markdown"),
    [
        ((Text("plain words, with_underscores and a - dash"),), "plain words, with_underscores and a - dash"),
        ((Text("foo "), Text("bar", BOLD), Text(" baz")), "foo **bar** baz"),
        ((Text("foo"), Text("bar", BOLD), Text("baz")), "foo**bar**baz"),
        ((Text(" bar ", BOLD), Text("baz")), "&#32;**bar** baz"),
        ((Text("a", BOLD), Text("b", BOLD)), "**ab**"),
        ((Text("a", Style(bold=True, color="red")), Text("b", BOLD)), "**ab**"),
        ((Text("both", Style(bold=True, italic=True)),), "***both***"),
        ((Text("gone", Style(strikethrough=True)),), "~~gone~~"),
        ((Text("under", Style(underline=True)),), "<u>under</u>"),
        ((Text("a|b`c", CODE),), "``a|b`c``"),
        ((Text("one\ntwo"),), "one\\\ntwo"),
        ((Text("see"), Text("!"), Text(" it")), "see! it"),
        ((Text("link", href=Href("https://example.com/a(b)")),), "[link](https://example.com/a\\(b\\))"),
        ((Text("link", BOLD, Href("mailto:ines@example.com")),), "[**link**](mailto:ines@example.com)"),
        ((nodes.Math("a_1 < b\n$x"),), "$a_1 < b \\$x$"),
        ((nodes.Math("<img src=x>"),), "$< img src=x>$"),
        ((nodes.Mention("user", "@Ines_D"),), "@Ines_D"),
        ((nodes.Mention("page", "Budget", Href("b.md", trusted=True)),), "[Budget](b.md)"),
        ((nodes.Emoji("logo", Href("https://example.com/l.png")),), ":logo:"),
        ((nodes.Chip("Hardening", "orange"),), "Hardening"),
    ],
)
def test_how_a_line_is_written(line: nodes.Line, markdown: str) -> None:
    assert paragraph(line) == markdown


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVa\nScript:alert(1)", "data:text/html,x", "file:///etc", "relative"]
)
def test_an_address_that_must_not_be_followed_is_shown_beside_the_text(url: str) -> None:
    markdown = paragraph((Text("press", href=Href(url)),))
    tokens = READER.parse(markdown)
    assert "link_open" not in [child.type for child in tokens[1].children or []]
    assert "press" in markdown
    assert url.split("\n")[0] in markdown


@pytest.mark.parametrize(
    ("code", "markdown"),
    [(" ", "` `"), (" a ", "`  a  `"), (" a", "` a`"), ("`", "`` ` ``"), ("a``b`c", "```a``b`c```"), ("|", "`|`")],
)
def test_code_spans_show_what_they_hold(code: str, markdown: str) -> None:
    assert code_span(code) == markdown
    (token,) = READER.parseInline(markdown)[0].children or []
    assert (token.type, token.content) == ("code_inline", code)
