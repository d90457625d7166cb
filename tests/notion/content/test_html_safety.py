"""Nothing that runs comes out, whatever a page contains."""

from collections.abc import Iterator
from typing import Any

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notion.document import build_document
from apps.notion.html import render_html, render_line
from apps.notion.links import followable
from apps.notion.lowering import Link
from apps.notion.model import Json
from apps.notion.nodes import Href, Style, Text
from tests.notion.content.html_reader import ATTRIBUTES, assert_harmless, read
from tests.notion.content.patience import PATIENT
from tests.notion.samples import blocks as block_samples
from tests.notion.samples import properties as property_samples
from tests.notion.samples.parts import PAGE_ID, block, page

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</code></pre><script>alert(1)</script>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "javascript&colon;alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)",
    "//evil.example/x",
    "x y onclick=alert(1)",
    "red; background:url(javascript:alert(1))",
    "--><script>alert(1)</script>",
    "&lt;script&gt;",
    "\u202egnp.exe",
]
STRUCTURE = frozenset({"type", "object", "parent", "start", "end"})
"""Fields whose values decide what a thing is; with an attack in them it would be another thing."""


def attacked(value: Any, attack: str, name: str = "") -> Any:
    """The same shapes with the attack in every text that people can write."""
    if isinstance(value, dict):
        return {key: part if key in STRUCTURE else attacked(part, attack, key) for key, part in value.items()}
    if isinstance(value, list):
        return [attacked(part, attack, name) for part in value]
    return attack if isinstance(value, str) else value


class Hostile:
    """A context that has been talked into giving bad addresses."""

    def __init__(self, attack: str) -> None:
        self.attack = attack

    def link(self, object_id: str) -> Link | None:
        return Link(self.attack, self.attack)

    def file(self, file: Json) -> str | None:
        return self.attack


def every_sample() -> Iterator[Json]:
    for kind, samples in block_samples.BLOCKS.items():
        for sample in samples:
            yield block(kind, sample.content)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through_blocks(attack: str) -> None:
    blocks = [attacked(found, attack) | {"parent": {"type": "page_id", "page_id": PAGE_ID}} for found in every_sample()]
    document = build_document(page(), blocks)
    reader = assert_harmless(render_html(document))
    assert attack.replace("\n", "") in reader.words.replace("\n", "")


@pytest.mark.parametrize("attack", [found for found in ATTACKS if followable(Href(found, trusted=True)) is None])
def test_no_attack_gets_through_a_context(attack: str) -> None:
    reader = assert_harmless(render_html(build_document(page(), list(every_sample()), context=Hostile(attack))))
    addresses = [value or "" for _, name, value in reader.attributes if name in ("href", "src")]
    assert not [address for address in addresses if "script" in address or "data:" in address]


def test_the_attacks_on_a_context_are_several() -> None:
    assert sum(followable(Href(found, trusted=True)) is None for found in ATTACKS) >= 7


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through_properties_and_headers(attack: str) -> None:
    properties = {
        f"{attack} {kind} {number}": {"id": "a", "type": kind, kind: attacked(sample.content, attack)}
        for kind, samples in property_samples.VALUES.items()
        for number, sample in enumerate(samples)
    }
    icon = {"type": "external", "external": {"url": attack}}
    for found in (
        icon,
        {"type": "emoji", "emoji": attack},
        {"type": "custom_emoji", "custom_emoji": {"id": attack, "name": attack, "url": attack}},
    ):
        assert_harmless(render_html(build_document(page(properties, icon=found, cover=icon), [])))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through_unknown_types(attack: str) -> None:
    document = build_document(page(), [block(attack, {}, id=attack)])
    assert attack in assert_harmless(render_html(document)).words


@PATIENT
@given(st.text(), st.text(), st.text())
def test_any_text_is_shown_word_for_word(words: str, color: str, url: str) -> None:
    """Carriage returns are line breaks; everything else is seen as it was written."""
    line = (Text(words, Style(bold=True, color=color), Href(url)),)
    reader = assert_harmless(render_line(line))
    assert reader.words == words.replace("\r", "").replace("\n", "")


def test_an_independent_cleaner_finds_nothing_to_remove() -> None:
    html = render_html(build_document(page(), list(every_sample())))
    elements = nh3.ALLOWED_TAGS | {"input", "section", "video", "audio"}
    attributes = {element: set(ATTRIBUTES) - {"rel"} for element in elements}
    cleaned = nh3.clean(
        html,
        tags=elements,
        attributes=attributes,
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )
    kept, sent = read(cleaned), read(html)
    assert kept.elements == sent.elements
    assert kept.words == sent.words
    assert len(kept.attributes) == len([found for found in sent.attributes if found[1] != "rel"])
