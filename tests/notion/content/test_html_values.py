"""Values as people read them: moments, checks, icons, languages, and the JSON of what cannot be shown."""

import pytest

from apps.notion import nodes
from apps.notion.document import build_document, lower_rich_text
from apps.notion.html import render_html, render_line
from apps.notion.lowering import Lowering, NoContext
from apps.notion.markdown.line import inline
from apps.notion.properties import parse_property
from tests.notion.content.html_reader import assert_harmless

MOMENTS = [
    ("2026-03-02", "2 Mar 2026"),
    ("2026-03-02T09:30:00.000+01:00", "2 Mar 2026, 09:30"),
    ("2026-03-02T09:30:00.000Z", "2 Mar 2026, 09:30 UTC"),
    ("someday", "someday"),
]


@pytest.mark.parametrize(("iso", "words"), MOMENTS)
def test_moments_are_read_as_words_with_the_exact_value_beside_them(iso: str, words: str) -> None:
    assert render_line((nodes.Moment(iso, iso),)) == f'<time datetime="{iso}" title="{iso}">{words}</time>'


def test_a_date_in_a_text_is_words_in_html_and_iso_in_markdown() -> None:
    date = {"start": "2026-03-02", "end": "2026-04-01", "time_zone": None}
    words = "2026-03-02 → 2026-04-01"
    run = {"type": "mention", "mention": {"type": "date", "date": date}, "plain_text": words}
    line = lower_rich_text([run])
    assert render_line(line) == (
        '<span class="nb-mention nb-mention-date"><time datetime="2026-03-02" title="2026-03-02">2 Mar 2026</time>'
        ' → <time datetime="2026-04-01" title="2026-04-01">1 Apr 2026</time></span>'
    )
    assert inline(line) == nodes.plain(line) == words


VALUES = [
    ({"type": "date", "date": {"start": "2026-03-02", "end": None, "time_zone": None}}, "2 Mar 2026"),
    ({"type": "created_time", "created_time": "2026-03-02T09:30:00.000Z"}, "2 Mar 2026, 09:30 UTC"),
    ({"type": "formula", "formula": {"type": "date", "date": {"start": "2026-03-02"}}}, "2 Mar 2026"),
    ({"type": "rollup", "rollup": {"type": "date", "date": {"start": "2026-03-02"}}}, "2 Mar 2026"),
    ({"type": "verification", "verification": {"state": "verified", "date": {"start": "2026-03-02"}}}, "2 Mar 2026"),
]


@pytest.mark.parametrize(("raw", "words"), VALUES)
def test_properties_that_are_dates_are_read_as_words(raw: dict[str, object], words: str) -> None:
    line = parse_property(raw).line(Lowering(NoContext()))
    assert f">{words}</time>" in render_line(line)
    assert nodes.plain(line) == parse_property(raw).text()


@pytest.mark.parametrize(("checked", "mark", "label"), [(True, "✓", "yes"), (False, "", "no")])
def test_a_checkbox_is_a_mark_with_words_for_those_who_do_not_see_it(checked: bool, mark: str, label: str) -> None:
    expected = f'<span class="nb-check" role="img" aria-label="{label}" title="{label}">{mark}</span>'
    formula = {"type": "boolean", "boolean": checked}
    for raw in ({"type": "checkbox", "checkbox": checked}, {"type": "formula", "formula": formula}):
        line = parse_property(raw).line(Lowering(NoContext()))
        assert render_line(line) == expected
        assert inline(line) == str(checked).lower()


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "icon", "icon": {"name": "snake"}},
        {"type": "custom_emoji", "custom_emoji": {"id": "i", "name": "snake"}},
    ],
)
def test_an_icon_without_a_picture_is_a_glyph_that_keeps_its_name(raw: dict[str, object]) -> None:
    written = render_html(build_document({"id": "p", "icon": raw}, ()))
    assert '<span class="nb-icon nb-icon-glyph" role="img" aria-label="snake" title="snake">◆</span>' in written
    assert ":snake:" not in written


def test_code_names_its_language() -> None:
    written = render_html(nodes.Document("p", (), blocks=(nodes.Code("x", "C++"),)))
    assert '<p class="nb-code-language">C++</p>' in written
    assert "nb-code-language" not in render_html(nodes.Document("p", (), blocks=(nodes.Code("x", "plain text"),)))


HIDDEN = [
    {"object": "block", "id": "b", "type": "hologram", "hologram": {"depth": "<b>7</b>"}},
    {"object": "block", "id": "b", "type": "unsupported", "unsupported": {"block_type": "form"}, "more": "<b>7</b>"},
    {"object": "block", "id": "b", "type": "code", "code": "<b>7</b>"},
    {"object": "block", "id": "b", "type": "link_to_page", "link_to_page": {"type": "moon", "moon": ["<b>7</b>"]}},
]


@pytest.mark.parametrize("raw", HIDDEN)
def test_what_cannot_be_shown_offers_its_json(raw: dict[str, object]) -> None:
    written = render_html(build_document({"id": "p"}, [raw | {"parent": {"type": "page_id", "page_id": "p"}}]))
    assert_harmless(written)
    assert "Kept byte for byte" in written
    assert "&lt;b&gt;7&lt;/b&gt;" in written
