"""HTML for every node."""

import re
from typing import get_args

import pytest

from apps.notion import nodes
from apps.notion.document import build_document
from apps.notion.html import render_html, render_line
from apps.notion.html.blocks import BlockWriter
from apps.notion.html.markup import tag
from apps.notion.links import followable
from apps.notion.nodes import Href, Style, Text
from tests.notion.content.html_reader import assert_harmless
from tests.notion.samples.parts import block, page


def write(*blocks: nodes.Block) -> str:
    return str(BlockWriter().blocks(blocks))


def line(words: str) -> nodes.Line:
    return (Text(words),)


P = nodes.Paragraph(line("text"))
SHOWN = '<p class="nb-paragraph">text</p>'
INSIDE = f'<div class="nb-children">{SHOWN}</div>'
EXAMPLES: list[tuple[nodes.Block, str]] = [
    (nodes.Paragraph(line("a"), "red_background"), '<p class="nb-paragraph nb-color-red_background">a</p>'),
    (nodes.Paragraph(line("a"), children=(P,)), f'<p class="nb-paragraph">a</p>{INSIDE}'),
    (nodes.Heading(1, line("a"), "0-A"), '<h2 id="nb-0_a" class="nb-heading nb-heading-1">a</h2>'),
    (
        nodes.Heading(4, line("a"), toggle=True, children=(P,)),
        '<details class="nb-toggle nb-toggle-heading"><summary><h2 class="nb-heading nb-heading-4">a</h2></summary>'
        f"{INSIDE}</details>",
    ),
    (
        nodes.List("bulleted", (nodes.ListItem(line("a"), children=(P,)),)),
        f'<ul class="nb-list nb-list-bulleted"><li>a{INSIDE}</li></ul>',
    ),
    (
        nodes.List("numbered", (nodes.ListItem(line("a"), "blue"),), 3, "roman"),
        '<ol class="nb-list nb-list-numbered" start="3" type="i"><li class="nb-color-blue">a</li></ol>',
    ),
    (
        nodes.List("to_do", (nodes.ListItem(line("a"), checked=True), nodes.ListItem(line("b")))),
        '<ul class="nb-list nb-list-to_do">'
        '<li class="nb-to-do nb-checked"><input type="checkbox" disabled checked aria-label="done"> '
        "<span>a</span></li>\n"
        '<li class="nb-to-do"><input type="checkbox" disabled aria-label="to do"> <span>b</span></li></ul>',
    ),
    (
        nodes.Toggle(line("a"), "gray", (P,)),
        f'<details class="nb-toggle nb-color-gray"><summary>a</summary>{INSIDE}</details>',
    ),
    (nodes.Quote(line("a"), children=(P,)), f'<blockquote class="nb-quote"><p>a</p>{INSIDE}</blockquote>'),
    (
        nodes.Callout(line("a"), nodes.Icon("💡", emoji=True), "red_background", (P,)),
        '<div class="nb-callout nb-color-red_background"><span class="nb-icon" aria-hidden="true">💡</span>'
        f'<div class="nb-callout-body"><p>a</p>{SHOWN}</div></div>',
    ),
    (
        nodes.Code("a < b", "C++"),
        '<figure class="nb-code-block"><p class="nb-code-language">C++</p>'
        '<pre class="nb-code" tabindex="0"><code class="language-c">a &lt; b</code></pre></figure>',
    ),
    (
        nodes.Code("a", "", line("b")),
        '<figure class="nb-code-block"><pre class="nb-code" tabindex="0"><code>a</code></pre>'
        "<figcaption>b</figcaption></figure>",
    ),
    (nodes.Equation("a^2"), '<p class="nb-equation-block"><code class="nb-equation">a^2</code></p>'),
    (nodes.Divider(), '<hr class="nb-divider">'),
    (nodes.Breadcrumb(), '<div class="nb-breadcrumb"></div>'),
    (
        nodes.TableOfContents("gray"),
        '<nav class="nb-contents nb-color-gray" aria-label="Table of contents"><ul></ul></nav>',
    ),
    (
        nodes.Media("image", "a.png", Href("i/a.png", True), line("b")),
        '<figure class="nb-media nb-image"><a href="i/a.png"><img src="i/a.png" alt="b" loading="lazy"></a>'
        "<figcaption>b</figcaption></figure>",
    ),
    (
        nodes.Media("video", "a.mp4", Href("a.mp4", True)),
        '<figure class="nb-media nb-video"><video src="a.mp4" controls preload="none">'
        '<a href="a.mp4">a.mp4</a></video></figure>',
    ),
    (
        nodes.Media("video", "clip", Href("https://e.com/v")),
        '<figure class="nb-media nb-video"><a class="nb-file" href="https://e.com/v" '
        'rel="noopener noreferrer nofollow">clip</a> <span class="nb-host">e.com</span></figure>',
    ),
    (
        nodes.Media("pdf", "a.pdf", None),
        '<figure class="nb-media nb-pdf"><span class="nb-file nb-missing">a.pdf (not stored)</span></figure>',
    ),
    (
        nodes.Bookmark("embed", Href("https://e.com/?a&b")),
        '<figure class="nb-link nb-embed"><a href="https://e.com/?a&amp;b" rel="noopener noreferrer nofollow">https://e.com/?a&amp;b</a></figure>',
    ),
    (
        nodes.ObjectLink("page", "a", "id", Href("a.html", True)),
        '<p class="nb-object nb-object-page"><a href="a.html">a</a></p>',
    ),
    (
        nodes.Table((nodes.TableRow((line("a"), line("b"))), nodes.TableRow((line("c"), line("d")))), True, True),
        '<table class="nb-table"><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        '<tbody><tr><th scope="row">c</th><td>d</td></tr></tbody></table>',
    ),
    (
        nodes.Columns((nodes.Column((P,), 0.25), nodes.Column((P,)))),
        f'<div class="nb-columns"><div class="nb-column nb-width-3">{SHOWN}</div>'
        f'<div class="nb-column">{SHOWN}</div></div>',
    ),
    (
        nodes.Tabs((nodes.Tab(line("a"), None, (P,)), nodes.Tab(line("b"), None, ()))),
        f'<div class="nb-tabs"><details class="nb-tab" open><summary> a</summary>{INSIDE}</details>'
        '<details class="nb-tab"><summary> b</summary></details></div>',
    ),
    (nodes.Synced(None, None, (P,)), f'<div class="nb-synced">{SHOWN}</div>'),
    (
        nodes.Synced("id", Href("a.html", True)),
        '<div class="nb-synced nb-placeholder"><p><a href="a.html">Content synced from another place</a></p></div>',
    ),
    (
        nodes.Section("meeting_notes", line("a"), (P,)),
        f'<section class="nb-section nb-section-meeting_notes"><p class="nb-section-title">a</p>{SHOWN}</section>',
    ),
    (
        nodes.Placeholder("button", "why", "id", (P,)),
        '<div class="nb-placeholder"><p><code class="nb-placeholder-type">button</code> '
        f'<span class="nb-placeholder-reason">(why)</span></p>{INSIDE}</div>',
    ),
]


@pytest.mark.parametrize(("found", "html"), EXAMPLES, ids=[type(found).__name__ for found, _ in EXAMPLES])
def test_how_a_block_is_written(found: nodes.Block, html: str) -> None:
    assert write(found) == html
    assert_harmless(html)


def test_every_node_has_an_example() -> None:
    assert {type(found) for found, _ in EXAMPLES} == set(get_args(nodes.Block))


@pytest.mark.parametrize(
    ("item", "html"),
    [
        (Text("a\nb"), "a<br>b"),
        (Text("a", Style(bold=True, italic=True, code=True)), "<strong><em><code>a</code></em></strong>"),
        (Text("a", Style(underline=True, strikethrough=True)), "<u><s>a</s></u>"),
        (Text("a", Style(color="red_background")), '<span class="nb-color-red_background">a</span>'),
        (Text("a", Style(color='x" onclick="y')), '<span class="nb-color-x_onclick_y">a</span>'),
        (Text("a", href=Href("b.html", True)), '<a href="b.html">a</a>'),
        (Text("a", href=Href("https://e.com")), '<a href="https://e.com" rel="noopener noreferrer nofollow">a</a>'),
        (Text("a", href=Href("javascript:x")), '<span class="nb-dead-link" title="javascript:x">a</span>'),
        (nodes.Math("a^2"), '<code class="nb-equation">a^2</code>'),
        (nodes.Mention("user", "@I"), '<span class="nb-mention nb-mention-user">@I</span>'),
        (nodes.Mention("page", "P", Href("p.html", True)), '<a class="nb-mention nb-mention-page" href="p.html">P</a>'),
        (
            nodes.Emoji("x", Href("files/x.png", True)),
            '<img class="nb-emoji" src="files/x.png" alt=":x:" loading="lazy">',
        ),
        (nodes.Emoji("x"), ":x:"),
        (nodes.Chip("a", "orange"), '<span class="nb-chip nb-color-orange">a</span>'),
    ],
)
def test_how_a_line_is_written(item: nodes.Inline, html: str) -> None:
    assert render_line((item,)) == html


def test_a_document() -> None:
    heading = block("heading_1", {"rich_text": [{"type": "text", "text": {"content": "Safety"}}]})
    contents = block("table_of_contents", {"color": "default"})
    properties = {
        "Name": {"id": "title", "type": "title", "title": [{"type": "text", "text": {"content": "Arm"}}]},
        "Stage": {"id": "a", "type": "select", "select": {"id": "1", "name": "Hardening", "color": "orange"}},
        "Note": {"id": "b", "type": "rich_text", "rich_text": []},
    }
    cover = {"type": "external", "external": {"url": "https://e.com/c.png"}}
    document = build_document(page(properties, icon={"type": "emoji", "emoji": "🦾"}, cover=cover), [contents, heading])
    assert render_html(document) == (
        '<article class="nb-page"><header class="nb-header">'
        '<h1 class="nb-title"><span class="nb-icon" aria-hidden="true">🦾</span> Arm</h1>'
        '<dl class="nb-properties"><dt>Stage</dt><dd><span class="nb-chip nb-color-orange">Hardening</span></dd>'
        '<dt>Note</dt><dd><span class="nb-empty">Empty</span></dd></dl></header>'
        '<nav class="nb-contents" aria-label="Table of contents"><ul><li class="nb-contents-1">'
        '<a href="#nb-3d0a4c3e_0b1d_8101_9c11_0a1b2c3d4e61">Safety</a></li></ul></nav>\n'
        '<h2 id="nb-3d0a4c3e_0b1d_8101_9c11_0a1b2c3d4e61" class="nb-heading nb-heading-1">Safety</h2></article>'
    )
    assert render_html(document, header=False).startswith('<article class="nb-page"><nav')


def test_a_picture_from_elsewhere_is_a_link_and_is_never_loaded() -> None:
    image = block("image", {"type": "external", "external": {"url": "https://e.com/p.png"}, "caption": []})
    html = render_html(build_document(page({}), [image]))
    assert 'src="' not in html
    assert 'href="https://e.com/p.png"' in html


def test_a_picture_from_elsewhere_says_from_where() -> None:
    html = write(nodes.Media("image", "p.png", Href("https://e.com/p.png")), nodes.Media("pdf", "x", Href("https://[")))
    assert html.count('<span class="nb-host">e.com</span>') == html.count("nb-host") == 1


def test_no_level_of_headings_is_left_out() -> None:
    levels = [3, 3, 1, 3, 4, 2, 4, 1]
    html = write(*(nodes.Heading(level, line("a")) for level in levels))
    assert re.findall(r"<h(\d)", html) == ["2", "2", "2", "3", "4", "3", "4", "2"]
    assert [int(level) for level in re.findall(r"nb-heading-(\d)", html)] == levels


def test_a_heading_without_words_is_none() -> None:
    empty = nodes.Heading(1, line(" "), "id-1")
    html = write(empty, nodes.Heading(2, line("a"), "id-2"))
    assert re.findall(r"<h(\d)", html) == ["2"]
    assert 'id="nb-id_1"' in html, "a link to it still arrives"
    contents = BlockWriter((empty,)).block(nodes.TableOfContents())
    assert "<li" not in contents


def test_a_wide_table_can_be_moved_with_the_keyboard() -> None:
    def table(columns: int) -> str:
        return write(nodes.Table((nodes.TableRow((line("a"),) * columns),)))

    assert table(4).startswith('<table class="nb-table">')
    assert table(5).startswith('<div class="nb-wide" role="group" aria-label="Table" tabindex="0"><table')


def test_the_way_to_the_page_stands_where_its_author_wants_it() -> None:
    document = build_document(page({}), [block("breadcrumb", {})])
    trail = tag("a", "Home", href="../Home.html")
    assert '<div class="nb-breadcrumb"><a href="../Home.html">Home</a></div>' in render_html(document, trail=trail)
    assert '<div class="nb-breadcrumb"></div>' in render_html(document)


def test_an_anchor_stands_once() -> None:
    heading = nodes.Heading(1, line("a"), "id-1")
    assert write(heading, nodes.Synced("x", None, (heading,))).count('id="nb-id_1"') == 1


@pytest.mark.parametrize(
    ("href", "url"),
    [
        (Href("https://e.com/a b"), "https://e.com/a b"),
        (Href("  https://e.com\n/a "), "https://e.com/a"),
        (Href("MAILTO:i@e.com"), "MAILTO:i@e.com"),
        (Href("files/a b.pdf", True), "files/a b.pdf"),
        (Href("#x", True), "#x"),
        (Href("files/a.pdf"), None),
        (Href("//evil.example"), None),
        (Href("tel:1"), None),
        (Href("java\tscript:x"), None),
        (Href("javascript:x", True), None),
        (Href("data:x", True), None),
        (Href("", True), None),
        (None, None),
    ],
)
def test_which_addresses_may_be_followed(href: Href | None, url: str | None) -> None:
    assert followable(href) == url
