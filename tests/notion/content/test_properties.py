"""Every property type: values and schemas read without loss, written as the API takes them, put into words."""

import json
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

import apps.notion.properties as package
from apps.notion.check.loss import lost
from apps.notion.document import build_document
from apps.notion.html import render_html
from apps.notion.markdown import front_matter
from apps.notion.model import Json
from apps.notion.normalise import canonical
from apps.notion.properties import PROPERTIES, UnknownSchema, UnknownValue, parse_property, parse_schema
from apps.notion.refusals import NeedsUpload, ReadOnlyProperty, Unreadable
from tests.notion.samples import properties as samples
from tests.notion.samples.parts import SIGNED, STORED, UPLOADS, Sample, page

SHARED = {"items", "option", "property"}
"""Modules that hold no type of their own."""
MARKS = {"true": 'aria-label="yes"', "false": 'aria-label="no"'}


def value_of(kind: str, sample: Sample) -> Json:
    return {"id": "%3Fb", "type": kind, kind: sample.content} | sample.extra


def schema_of(kind: str, sample: Sample, description: str | None = None) -> Json:
    return {"id": "%3Fb", "name": "Column", "description": description, "type": kind, kind: sample.content}


def cases(found: dict[str, list[Sample]]) -> Iterator[object]:
    for kind, several in found.items():
        for position, sample in enumerate(several):
            yield pytest.param(kind, sample, id=f"{kind}-{position}")


every_value = pytest.mark.parametrize(("kind", "sample"), list(cases(samples.VALUES)))
every_schema = pytest.mark.parametrize(("kind", "sample"), list(cases(samples.SCHEMAS)))


def test_every_type_has_samples() -> None:
    assert set(samples.VALUES) == set(PROPERTIES) == set(samples.SCHEMAS)


@pytest.mark.parametrize("module", [m.name for m in iter_modules(package.__path__) if m.name not in SHARED])
def test_every_module_registers_a_type(module: str) -> None:
    defined = import_module(f"apps.notion.properties.{module}").__name__
    assert defined in {found.value.__module__ for found in PROPERTIES.values()}


@every_value
def test_reading_a_value_loses_nothing(kind: str, sample: Sample) -> None:
    raw = value_of(kind, sample) | {"future_field": [1]}
    parsed = parse_property(raw)
    assert type(parsed) is PROPERTIES[kind].value
    assert canonical(parsed.raw()) == canonical(raw)


@every_value
def test_a_value_is_written_as_the_api_accepts_it(kind: str, sample: Sample) -> None:
    parsed = parse_property(value_of(kind, sample))
    if isinstance(sample.payload, type):
        with pytest.raises(sample.payload):
            parsed.payload(UPLOADS)
        return
    payload = parsed.payload(UPLOADS)
    assert payload == {"type": kind, kind: sample.payload}
    assert list(lost({kind: sample.content}, payload)) == []


@every_value
def test_a_value_in_words(kind: str, sample: Sample) -> None:
    words = parse_property(value_of(kind, sample)).text()
    for word in sample.words:
        assert word in words
    if not sample.words:
        assert words == ""


@every_value
def test_a_value_in_the_header_of_a_page(kind: str, sample: Sample) -> None:
    document = build_document(page({"Column": value_of(kind, sample)}), [])
    shown = render_html(document)
    for word in sample.words:
        assert MARKS.get(word, word) in shown
    if kind != "title":
        assert "Column" in shown
        assert ("nb-empty" in shown) is not bool(sample.words)


@every_value
def test_a_value_in_front_matter_is_plain(kind: str, sample: Sample) -> None:
    values = front_matter(page({"Column": value_of(kind, sample)}))
    assert json.loads(json.dumps(values)) == values
    if not sample.words:
        assert values["Column"] in (None, [])


@every_schema
def test_reading_a_schema_loses_nothing(kind: str, sample: Sample) -> None:
    raw = schema_of(kind, sample, "What it means") | {"future_field": [1]}
    parsed = parse_schema(raw)
    assert type(parsed) is PROPERTIES[kind].schema
    assert canonical(parsed.raw()) == canonical(raw)


@every_schema
def test_a_schema_is_written_as_the_api_accepts_it(kind: str, sample: Sample) -> None:
    assert parse_schema(schema_of(kind, sample)).payload() == {"type": kind, kind: sample.payload}
    described = parse_schema(schema_of(kind, sample, "What it means")).payload()
    assert described == {"type": kind, kind: sample.payload, "description": "What it means"}
    assert list(lost({kind: sample.content}, described)) == []


@pytest.mark.parametrize("kind", sorted(set(PROPERTIES) - {"location"}))
def test_a_value_of_a_wrong_shape_is_refused(kind: str) -> None:
    wrong = [1] if kind in ("url", "email", "phone_number", "created_time", "last_edited_time") else "wrong"
    if kind == "last_visited_time":
        wrong = [1]
    with pytest.raises(Unreadable) as refusal:
        parse_property({"id": "a", "type": kind, kind: wrong})
    assert kind in refusal.value.reason
    with pytest.raises(Unreadable):
        parse_property({"id": "a", "type": kind})


@pytest.mark.parametrize("kind", sorted(PROPERTIES))
def test_a_schema_of_a_wrong_shape_is_refused(kind: str) -> None:
    with pytest.raises(Unreadable):
        parse_schema({"id": "a", "name": "n", "type": kind, kind: "wrong"})


@pytest.mark.parametrize("raw", [None, [], "x", {"type": 1}])
def test_what_is_no_property_is_refused(raw: object) -> None:
    for parse in (parse_property, parse_schema):
        with pytest.raises(Unreadable):
            parse(raw)  # type: ignore[arg-type]


def test_unknown_types_survive_are_written_word_for_word_and_shown() -> None:
    raw = {"id": "a", "type": "aura", "aura": {"colour": "green"}}
    parsed = parse_property(raw)
    assert isinstance(parsed, UnknownValue)
    assert parsed.raw() == raw
    assert parsed.payload() == {"type": "aura", "aura": {"colour": "green"}}
    assert parsed.text() == '{"colour":"green"}'
    assert "green" in render_html(build_document(page({"Aura": raw}), []))
    schema = parse_schema(raw | {"name": "Aura"})
    assert isinstance(schema, UnknownSchema)
    assert schema.payload() == {"type": "aura", "aura": {"colour": "green"}}


def test_a_relation_that_was_cut_is_not_written() -> None:
    cut = parse_property({"id": "a", "type": "relation", "relation": [], "has_more": True})
    with pytest.raises(Exception, match="only its first references were read"):
        cut.payload()


def test_a_stored_file_needs_an_upload_once_its_signature_is_gone() -> None:
    gone = parse_property(
        {"id": "a", "type": "files", "files": [{"name": "P", "type": "file", "file": {"url": STORED}}]}
    )
    with pytest.raises(NeedsUpload):
        gone.payload()


def test_a_stored_file_that_stays_where_it_is_is_written_as_it_was_just_read() -> None:
    fresh = {"name": "P", "type": "file", "file": {"url": SIGNED, "expiry_time": "2026-07-04T10:11:00.000Z"}}
    written = parse_property({"id": "a", "type": "files", "files": [fresh]}).payload()
    assert written["files"] == [{"name": "P", "type": "file", "file": {"url": SIGNED}}]


def test_numbers_keep_their_kind() -> None:
    raw = {"id": "a", "type": "number", "number": 5}
    assert canonical(parse_property(raw).raw()) == canonical(raw)
    assert parse_property(raw | {"number": 1e20}).text() == "1e+20"
    assert parse_property(raw | {"number": 5.0}).text() == "5"


def test_a_broken_property_does_not_hide_the_page() -> None:
    broken = page(
        {
            "Column": {"id": "a", "type": "number", "number": "five"},
            "Other": {"id": "b", "type": "checkbox", "checkbox": True},
        }
    )
    shown = render_html(build_document(broken, []))
    assert "could not be read" in shown
    assert MARKS["true"] in shown
    assert front_matter(broken) == {"Column": '{"id":"a","type":"number","number":"five"}', "Other": True}


def test_computed_values_say_why_they_are_not_written() -> None:
    with pytest.raises(ReadOnlyProperty, match="formula cannot be written: Notion computes it"):
        parse_property({"id": "a", "type": "formula", "formula": {"type": "number", "number": 1}}).payload()
