"""The check of recordings: silent about what is sound, loud about what is broken, exact about what is unknown."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import pytest

from apps.notion.blocks import BLOCKS
from apps.notion.blocks.block import Block, register
from apps.notion.check import Report, check_recordings
from apps.notion.check.loss import lost
from apps.notion.model import NO_UPLOADS, Json, Uploads
from tests.notion.samples import blocks as block_samples
from tests.notion.samples import properties as property_samples
from tests.notion.samples.parts import NO_STYLE, OTHER_ID, block, mention, page, text, user


def exchange(response: Any, **fields: Any) -> str:
    recorded = {
        "source": "own",
        "method": "GET",
        "path": "/v1/x",
        "version": "2026-03-11",
        "request": None,
        "status": 200,
    }
    return json.dumps(recorded | {"response": response} | fields)


def listing(*results: Any) -> Json:
    return {
        "object": "list",
        "results": list(results),
        "next_cursor": None,
        "has_more": False,
        "type": "block",
        "block": {},
        "request_id": "r",
    }


def check(*responses: Any) -> Report:
    return check_recordings(exchange(response) for response in responses)


def reasons(report: Report) -> list[str]:
    return [str(failure) for failure in report.failures]


def every_block() -> Iterable[Json]:
    return (block(kind, sample.content) for kind, found in block_samples.BLOCKS.items() for sample in found)


def every_value() -> Json:
    return {
        f"{kind} {number}": {"id": "a", "type": kind, kind: sample.content} | sample.extra
        for kind, found in property_samples.VALUES.items()
        for number, sample in enumerate(found)
    }


def every_schema() -> Json:
    return {
        f"{kind} {number}": {"id": "a", "name": "n", "description": None, "type": kind, kind: sample.content}
        for kind, found in property_samples.SCHEMAS.items()
        for number, sample in enumerate(found)
    }


def test_sound_recordings_have_no_failure() -> None:
    source = {"object": "data_source", "id": OTHER_ID, "title": [text("t")], "properties": every_schema(), "icon": None}
    report = check(listing(*every_block()), page(every_value()), source, user())
    assert reasons(report) == []
    assert report.exchanges == 4
    assert not report.unknown
    assert {kind for section, kind in report.seen if section == "block"} == set(block_samples.BLOCKS)
    assert {kind for section, kind in report.seen if section == "property value"} == set(property_samples.VALUES)
    assert {kind for section, kind in report.seen if section == "property schema"} == set(property_samples.SCHEMAS)


def test_it_says_what_is_read_only_and_what_needs_an_upload() -> None:
    report = check(listing(*every_block()))
    assert report.read_only["block", "child_page"] == 1
    assert report.needs_upload["block", "image"] == 1
    assert report.written["block", "image"] == 2


def test_lines_and_bytes_and_empty_lines_are_taken() -> None:
    assert check_recordings([exchange(user()).encode(), "\n", "", exchange(user())]).exchanges == 2


def paragraph(**content: Any) -> Json:
    return block("paragraph", {"rich_text": [], "color": "default"} | content)


def without(raw: Json, name: str) -> Json:
    return {key: value for key, value in raw.items() if key != name}


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (without(paragraph(), "paragraph"), "line 1, response: block paragraph not read: paragraph: Field required"),
        (paragraph(rich_text="hello"), "line 1, response: block paragraph not read: paragraph.rich_text"),
        (listing(paragraph(), paragraph(rich_text=5)), "line 1, response.results[1]: block paragraph not read"),
        (paragraph(rich_text=[text("a") | {"text": "a"}]), "response.paragraph.rich_text[0]: rich text text not read"),
        (paragraph(rich_text=[mention("user", "Ines", "@I")]), "rich text mention of user not read"),
        (block("table_row", {"cells": [[], "a"]}), "block table_row not read: table_row.cells.1"),
        (block("to_do", {"rich_text": [], "checked": "yes"}), "block to_do not read: to_do.checked"),
        (block("image", {"caption": [], "type": "file"}), "block image not read"),
        (
            page({"N": {"id": "a", "type": "number", "number": "5"}}),
            "response.properties.N: property value number not read",
        ),
        (page(parent={"type": "page_id"}), "response.parent: parent page_id not read"),
        (page(icon={"type": "emoji", "emoji": None}), "response.icon: icon emoji not read"),
        (
            {
                "object": "data_source",
                "id": "a",
                "properties": {"N": {"id": "a", "name": "N", "type": "rollup", "rollup": {}}},
            },
            "response.properties.N: property schema rollup not read: rollup.function",
        ),
        ({"object": "list", "results": {}}, "object list not read"),
        ({"object": "error", "status": 404}, "object error not read"),
        ({"object": "user"}, "object user not read: id"),
        ({"object": "view", "id": OTHER_ID, "sorts": {}}, "object view not read: sorts"),
        ({"object": "comment", "id": OTHER_ID, "rich_text": [{}]}, "object comment not read"),
        ("<html>", "line 1: no response that is an object"),
        (None, "line 1: no response that is an object"),
    ],
)
def test_broken_answers_are_failures_with_their_place(response: Any, expected: str) -> None:
    report = check(response)
    assert any(expected in reason for reason in reasons(report)), reasons(report)


def test_a_broken_line_is_a_failure_and_the_rest_is_still_read() -> None:
    report = check_recordings([exchange(user()), '{"response": {', exchange(user()), "[1]"])
    assert [(failure.line, failure.reason.split(":")[0]) for failure in report.failures] == [
        (2, "not JSON"),
        (4, "no response that is an object"),
    ]
    assert report.seen["object", "user"] == 2


def test_unknown_things_are_counted_and_kept() -> None:
    aura = {"type": "aura", "aura": {"x": 1}, "annotations": NO_STYLE, "plain_text": "a", "href": None}
    dream = mention("dream", {"id": 1}, "d")
    report = check(
        paragraph(rich_text=[aura, dream], future=[1]),
        block("hologram", {"deep": True}),
        page(
            {"A": {"id": "a", "type": "aura", "aura": 1}}, parent={"type": "planet", "planet": 1}, icon={"type": "rune"}
        ),
        {"object": "dream", "id": OTHER_ID},
    )
    assert reasons(report) == []
    assert dict(report.unknown) == {
        ("rich text", "aura"): 1,
        ("rich text", "mention of dream"): 1,
        ("block", "hologram"): 1,
        ("property value", "aura"): 1,
        ("parent", "planet"): 1,
        ("icon", "rune"): 1,
        ("object", "dream"): 1,
    }
    assert any("hologram" in line and "1 unknown, kept raw" in line for line in report.lines())


def test_the_listing_without_a_kind_is_read() -> None:
    templates = {"templates": [{"id": OTHER_ID, "name": "T", "is_default": True}], "has_more": False}
    report = check(templates | {"next_cursor": None})
    assert reasons(report) == []
    assert report.seen["object", "templates"] == 1


OLDER: list[tuple[str, str, str, Json, str]] = [
    ("2025-09-03", "GET", "/v1/blocks/x", block("transcription", {"title": [text("W")]}), "block meeting_notes"),
    ("2025-09-03", "GET", "/v1/pages/x", page(archived=False), "object page"),
    ("2022-06-28", "GET", f"/v1/databases/{OTHER_ID}", {"object": "database", "archived": True}, "object database"),
    ("2022-06-28", "POST", "/v1/search", {"object": "database", "archived": True}, "object data_source"),
]


@pytest.mark.parametrize(("version", "method", "path", "thing", "found"), OLDER, ids=[row[4] for row in OLDER])
def test_recordings_of_older_versions_are_read_as_the_client_reads_them(
    version: str, method: str, path: str, thing: Json, found: str
) -> None:
    if thing["object"] == "database":
        thing = thing | {"id": OTHER_ID, "title": [], "in_trash": True, "properties": every_schema()}
    response = listing(thing) if method == "POST" else thing
    report = check_recordings([exchange(response, version=version, method=method, path=path)])
    assert reasons(report) == []
    section, _, kind = found.partition(" ")
    assert report.seen[section, kind] == 1
    assert not report.unknown


def test_a_recording_of_an_unknown_version_fails_and_names_the_ones_there_are() -> None:
    report = check_recordings([exchange(page(), version="2024-05-22")])
    assert "2024-05-22" in reasons(report)[0]
    assert "2022-06-28" in reasons(report)[0]


@pytest.mark.parametrize(
    ("read", "written", "missing"),
    [
        ({"rich_text": [text("a")], "color": "red"}, {"rich_text": [text("a")]}, ["color"]),
        ({"rich_text": [text("a"), text("b")]}, {"rich_text": [text("a")]}, ["rich_text[1 of 2]"]),
        ({"rich_text": [text("a")]}, {"rich_text": [text("b")]}, ["rich_text.text.content", "rich_text.plain_text"]),
        ({"rich_text": [text("ab")]}, {"rich_text": [text("a"), text("b")]}, []),
        ({"rich_text": [text("ab")]}, {"rich_text": [text("a"), text("c")]}, ["rich_text[2 of 1]"]),
        ({"rich_text": []}, {"rich_text": None}, ["rich_text"]),
        ({"checked": True}, {"checked": False}, ["checked"]),
        ({"icon": None, "color": "red"}, {"color": "red"}, []),
        ({"icon": {"type": "emoji", "emoji": "a"}}, {}, ["icon"]),
        ({"user": {"id": "a", "name": "I"}}, {"user": {"id": "a"}}, []),
        ({"user": {"id": "a"}}, {"user": {}}, ["user.id"]),
        ({"select": {"id": "a", "name": "n"}}, {"select": {"name": "n"}}, []),
        ({"type": "file", "file": {"url": "a"}}, {"type": "file_upload", "file_upload": {"id": "b"}}, []),
        ({"type": "file", "file": {"url": "a"}}, {"type": "file"}, ["file"]),
        (
            {"options": [{"id": "1", "name": "n", "description": "d"}]},
            {"options": [{"name": "n"}]},
            ["options.description"],
        ),
        ({"place": {"lat": 1}}, {"place": 5}, ["place"]),
    ],
)
def test_what_a_write_would_lose(read: Json, written: Json, missing: list[str]) -> None:
    assert list(lost(read, written)) == missing


class Careless(Block):
    """A block type that drops a colour when it is written and its depth when it is kept."""

    type: Literal["careless"]
    careless: dict[str, Any]

    def raw(self) -> Json:
        return super().raw() | {"careless": {"color": self.careless["color"]}}

    def payload(self, uploads: Uploads = NO_UPLOADS, children: Sequence[Json] = ()) -> Json:
        return {"type": "careless", "careless": {"depth": self.careless["depth"]}}


@pytest.fixture
def careless() -> Iterator[None]:
    """A type that somebody registers tomorrow."""
    register(Careless)
    yield
    del BLOCKS["careless"]


@pytest.mark.usefixtures("careless")
def test_a_type_that_loses_something_is_found_out() -> None:
    report = check(block("careless", {"color": "red", "depth": 3}))
    assert reasons(report) == [
        "line 1, response: block careless does not come back as it was read",
        "line 1, response: a write would lose color",
    ]


def test_a_stored_file_where_none_is_looked_for_is_found_out() -> None:
    number = {"id": "a", "type": "number", "number": 1, "source": {"url": "https://x", "expiry_time": "2026-07-04"}}
    assert reasons(check(page({"N": number}))) == [
        "line 1, response.properties.N.source: a stored file keeps its signature after normalising"
    ]


def test_somebody_elses_signed_address_is_no_failure() -> None:
    url = "https://bucket.s3.amazonaws.com/a.png?X-Amz-Signature=1"
    assert reasons(check(block("image", {"type": "external", "external": {"url": url}}))) == []


def test_custom_emojis_are_read() -> None:
    emojis = listing({"id": OTHER_ID, "name": "logo", "url": "https://e.example/l.png"}, {"name": "lost"})
    report = check(emojis | {"type": "custom_emoji"})
    assert report.seen["object", "custom_emoji"] == 2
    assert reasons(report) == ["line 1, response.results[1]: object custom_emoji not read: id: Field required"]


def test_the_report_for_people() -> None:
    report = check(paragraph(), paragraph(rich_text="x"))
    lines = list(report.lines())
    assert lines[0].split() == ["section", "type", "seen", "found"]
    assert any(line.split()[:3] == ["block", "paragraph", "2"] for line in lines)
    assert any(line.startswith("FAILED line 2, response: block paragraph not read") for line in lines)
    assert lines[-1] == "exchanges 2, shapes 8, types 3, failures 1"


def test_the_sum_of_a_sound_report() -> None:
    assert list(check(user()).lines())[-1] == "exchanges 1, shapes 1, types 1, failures 0"
