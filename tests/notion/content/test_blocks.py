"""Every block type: read without loss, written as the API takes it, shown with all its words."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

import apps.notion.blocks as package
from apps.notion.blocks import BLOCKS, UnknownBlock, parse_block
from apps.notion.check.loss import lost
from apps.notion.document import build_document
from apps.notion.html import render_html
from apps.notion.markdown import render_markdown
from apps.notion.model import Json
from apps.notion.normalise import canonical
from apps.notion.refusals import NeedsUpload, NotWritable, ReadOnlyBlock, Unreadable
from tests.notion.samples import blocks as samples
from tests.notion.samples.parts import OTHER_ID, SIGNED, STORED, UPLOADS, Sample, block, page, text

RESPONSE_ONLY = {"object", "id", "parent", "created_time", "created_by", "has_children", "in_trash", "archived"}


def cases() -> Iterator[object]:
    for kind, found in samples.BLOCKS.items():
        for position, sample in enumerate(found):
            yield pytest.param(kind, sample, id=f"{kind}-{position}")


every_sample = pytest.mark.parametrize(("kind", "sample"), list(cases()))


def test_every_type_has_a_sample() -> None:
    assert set(samples.BLOCKS) == set(BLOCKS)


@pytest.mark.parametrize("module", [found.name for found in iter_modules(package.__path__) if found.name != "block"])
def test_every_module_registers_a_type(module: str) -> None:
    defined = import_module(f"apps.notion.blocks.{module}").__name__
    assert defined in {block_type.__module__ for block_type in BLOCKS.values()}


@every_sample
def test_reading_loses_nothing(kind: str, sample: Sample) -> None:
    raw = block(kind, sample.content, future_field={"a": [1, None]})
    parsed = parse_block(raw)
    assert type(parsed) is BLOCKS[kind]
    assert canonical(parsed.raw()) == canonical(raw)


@every_sample
def test_unknown_fields_of_the_content_are_kept_and_written(kind: str, sample: Sample) -> None:
    raw = block(kind, sample.content | {"future_field": {"deep": [True]}})
    parsed = parse_block(raw)
    assert parsed.raw() == raw
    if not isinstance(sample.payload, type):
        assert parsed.payload(UPLOADS)[kind]["future_field"] == {"deep": [True]}


@every_sample
def test_shapes_of_older_versions_are_kept(kind: str, sample: Sample) -> None:
    raw = block(kind, sample.content, archived=False)
    parsed = parse_block(raw)
    assert parsed.raw() == raw
    if not isinstance(sample.payload, type):
        assert "archived" not in parsed.payload(UPLOADS)


@every_sample
def test_payload_is_what_the_api_accepts(kind: str, sample: Sample) -> None:
    parsed = parse_block(block(kind, sample.content))
    if isinstance(sample.payload, type):
        with pytest.raises(sample.payload):
            parsed.payload(UPLOADS)
        return
    payload = parsed.payload(UPLOADS)
    assert payload == {"type": kind, kind: sample.payload}
    assert not set(payload) & RESPONSE_ONLY
    assert list(lost(sample.content, payload[kind])) == []


@every_sample
def test_a_payload_read_back_gives_the_same_payload(kind: str, sample: Sample) -> None:
    if isinstance(sample.payload, type) or "file_upload" in str(sample.payload):
        return
    assert parse_block({"type": kind, kind: sample.payload}).payload() == {"type": kind, kind: sample.payload}


@every_sample
def test_every_format_shows_the_words(kind: str, sample: Sample) -> None:
    document = build_document(page(), [block(kind, sample.content)])
    written = render_html(document), render_markdown(document)
    for word in sample.words:
        assert all(word in text for text in written), written


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_a_known_type_of_a_wrong_shape_is_refused(kind: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        parse_block(block(kind, "not an object"))  # type: ignore[arg-type]
    assert kind in refusal.value.reason
    without_content = block(kind, {})
    del without_content[kind]
    with pytest.raises(Unreadable):
        parse_block(without_content)


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_a_wrong_shape_shows_as_placeholder(kind: str) -> None:
    child = block("paragraph", {"rich_text": [text("kept")]}, id=OTHER_ID)
    broken = block(kind, "not an object")  # type: ignore[arg-type]
    child["parent"] = {"type": "block_id", "block_id": broken["id"]}
    shown = render_html(build_document(page(), [broken, child]))
    assert "nb-placeholder" in shown
    assert kind in shown
    assert "kept" in shown


def test_rich_text_that_is_text_is_refused_with_its_place() -> None:
    with pytest.raises(Unreadable, match=r"paragraph\.rich_text"):
        parse_block(block("paragraph", {"rich_text": "hello"}))


def test_an_unreadable_block_does_not_repeat_its_content() -> None:
    with pytest.raises(Unreadable) as refusal:
        parse_block(block("paragraph", {"rich_text": "a secret"}))
    assert "secret" not in str(refusal.value)


def test_unknown_types_survive_and_are_written_word_for_word() -> None:
    raw = block("hologram", {"depth": 3, "rich_text": [text("x")]})
    parsed = parse_block(raw)
    assert isinstance(parsed, UnknownBlock)
    assert parsed.raw() == raw
    assert parsed.payload() == {"type": "hologram", "hologram": raw["hologram"]}


def test_unknown_types_are_visible() -> None:
    document = build_document(page(), [block("hologram", {})])
    assert "hologram" in render_markdown(document)
    assert 'class="nb-placeholder"' in render_html(document)
    assert "hologram" in render_html(document)


@pytest.mark.parametrize("raw", [{"object": "block", "id": OTHER_ID}, {}, {"type": "hologram"}])
def test_a_block_without_content_is_kept_and_not_written(raw: Json) -> None:
    parsed = parse_block(raw)
    assert parsed.raw() == raw
    with pytest.raises(ReadOnlyBlock):
        parsed.payload()


@pytest.mark.parametrize("raw", [None, [], "block", {"type": 3}, {"type": ["paragraph"]}])
def test_what_is_no_block_is_refused(raw: object) -> None:
    with pytest.raises(Unreadable):
        parse_block(raw)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["image", "video", "audio", "pdf", "file"])
def test_a_stored_file_asks_for_its_upload(kind: str) -> None:
    parsed = parse_block(block(kind, {"caption": [], "type": "file", "file": {"url": SIGNED}}))
    with pytest.raises(NeedsUpload) as refusal:
        parsed.payload()
    assert refusal.value.url == STORED


def test_a_stored_embed_asks_for_its_upload() -> None:
    with pytest.raises(NeedsUpload) as refusal:
        parse_block(block("embed", {"url": SIGNED})).payload()
    assert refusal.value.url == STORED


def test_somebody_elses_signed_address_is_content() -> None:
    url = "https://bucket.s3.amazonaws.com/a.html?X-Amz-Signature=1"
    assert parse_block(block("embed", {"url": url})).payload()["embed"] == {"url": url}


def test_children_are_written_inside_the_content() -> None:
    row = {"type": "table_row", "table_row": {"cells": [[]]}}
    table = parse_block(block("table", {"table_width": 1}))
    assert table.payload(children=[row])["table"] == {"table_width": 1, "children": [row]}


def test_children_of_a_block_that_has_none_are_refused() -> None:
    with pytest.raises(ValueError, match="divider"):
        parse_block(block("divider", {})).payload(children=[{"type": "divider", "divider": {}}])


def test_every_refusal_says_what_and_why() -> None:
    with pytest.raises(NotWritable, match="child_page cannot be written: pages are made through the pages API"):
        parse_block(block("child_page", {"title": "x"})).payload()
