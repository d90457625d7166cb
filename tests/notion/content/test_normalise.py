"""Two readings of an unchanged object become the same bytes; nothing but signatures and request ids goes."""

import copy
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notion.model import Json
from apps.notion.normalise import canonical, digest, normalise
from tests.notion.content.patience import PATIENT
from tests.notion.samples import blocks as block_samples
from tests.notion.samples.parts import OTHER_ID, STORED, STORED_FILE, block, mention, page, text, user

CLEAN = {"type": "file", "file": {"url": STORED}}
FOREIGN = "https://bucket.s3.amazonaws.com/a.png?X-Amz-Signature=mine&X-Amz-Expires=9"


def signed(stamp: str) -> Json:
    return {"type": "file", "file": {"url": f"{STORED}?X-Amz-Signature={stamp}", "expiry_time": f"2026-07-{stamp}"}}


def carriers(file: Json) -> dict[str, Json]:
    """Everything in which Notion returns stored files."""
    attachment = {"category": "pdf", "file": file["file"]}
    rollup = {
        "type": "array",
        "array": [{"type": "files", "files": [file | {"name": "P"}]}],
        "function": "show_original",
    }
    person = user() | {"avatar_url": file["file"]["url"]}
    emoji = mention("custom_emoji", {"id": OTHER_ID, "name": "x", "url": file["file"]["url"]}, ":x:")
    return {
        "image block": block("image", {"caption": [], **file}),
        "unknown block": block("hologram", {"layers": [{"deep": file}]}),
        "icon of a callout": block("callout", {"rich_text": [text("a")], "icon": file}),
        "icon of a paragraph": block("paragraph", {"rich_text": [], "icon": file}),
        "embed": block("embed", {"url": file["file"]["url"]}),
        "mention in a paragraph": block("paragraph", {"rich_text": [text("a"), emoji]}),
        "mention in a caption": block("image", {"caption": [emoji], "type": "external", "external": {"url": "x"}}),
        "mention in a cell": block("table_row", {"cells": [[text("a")], [emoji]]}),
        "mention of a person": block("paragraph", {"rich_text": [mention("user", person, "@I")]}),
        "icon and cover of a page": page(icon=file, cover=file),
        "files of a page": page({"F": {"id": "a", "type": "files", "files": [file | {"name": "P"}]}}),
        "rollup of a page": page({"F": {"id": "a", "type": "rollup", "rollup": rollup}}),
        "people of a page": page({"F": {"id": "a", "type": "people", "people": [person]}}),
        "title of a page": page({"F": {"id": "a", "type": "title", "title": [emoji]}}),
        "unknown property": page({"F": {"id": "a", "type": "aura", "aura": {"file": file}}}),
        "icon of a data source": {"object": "data_source", "id": OTHER_ID, "icon": file, "properties": {}},
        "attachment of a comment": {"object": "comment", "id": OTHER_ID, "rich_text": [], "attachments": [attachment]},
        "property item": {"object": "property_item", "type": "files", "files": [file | {"name": "P"}]},
        "person": person,
        "custom emoji": {
            "object": "list",
            "type": "custom_emoji",
            "results": [{"id": OTHER_ID, "url": file["file"]["url"]}],
        },
        "unknown object": {"object": "dream", "scenes": [{"file": file}]},
    }


@pytest.mark.parametrize("name", sorted(carriers(CLEAN)))
def test_two_readings_become_the_same(name: str) -> None:
    first = normalise(carriers(signed("01"))[name] | {"request_id": "a"})
    second = normalise(carriers(signed("02"))[name] | {"request_id": "b"})
    assert canonical(first) == canonical(second)
    assert digest(canonical(first)) == digest(canonical(second))
    assert first == carriers(CLEAN)[name]


@pytest.mark.parametrize("name", sorted(carriers(CLEAN)))
def test_listings_are_normalised_too(name: str) -> None:
    listing = {"object": "list", "results": [carriers(signed("01"))[name]], "has_more": False, "request_id": "a"}
    assert normalise(listing) == {"object": "list", "results": [carriers(CLEAN)[name]], "has_more": False}


@pytest.mark.parametrize("name", sorted(carriers(CLEAN)))
def test_the_answer_itself_is_not_touched_and_twice_changes_nothing(name: str) -> None:
    answer = carriers(signed("01"))[name] | {"request_id": "a"}
    before = copy.deepcopy(answer)
    once = normalise(answer)
    assert answer == before
    assert normalise(once) == once


@pytest.mark.parametrize(
    "content",
    [
        block("image", {"caption": [], "type": "external", "external": {"url": FOREIGN}}),
        block("image", {"caption": [], "type": "external", "external": {"url": f"{STORED}?X-Amz-Signature=1"}}),
        block("embed", {"url": FOREIGN, "caption": []}),
        block("bookmark", {"url": "https://example.com/?X-Amz-Signature=1", "caption": []}),
        block("paragraph", {"rich_text": [text("a", f"{STORED}?X-Amz-Signature=1")]}),
        page({"U": {"id": "a", "type": "url", "url": f"{STORED}?X-Amz-Signature=1"}}),
        page(cover={"type": "external", "external": {"url": FOREIGN}}),
        {"object": "file_upload", "id": OTHER_ID, "expiry_time": "2026-07-04T10:11:00.000Z", "upload_url": "https://x"},
    ],
)
def test_what_people_wrote_is_left_alone(content: Json) -> None:
    assert normalise(content) is content


@pytest.mark.parametrize("kind", sorted(block_samples.BLOCKS))
def test_blocks_lose_nothing_else(kind: str) -> None:
    for sample in block_samples.BLOCKS[kind]:
        raw = block(kind, sample.content)
        kept = normalise(raw)
        assert ("X-Amz" in str(raw)) or kept is raw
        assert "X-Amz" not in str(kept)


scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "file", "url", "expiry_time", "text", "a"]), inner, max_size=4)
    ),
    max_leaves=12,
)


names = st.sampled_from(["type", "properties", "results", "icon", "image"])
kinds = st.sampled_from(["list", "block", "page", "user"]) | trees


@PATIENT
@given(st.builds(lambda fields, kind: fields | {"object": kind}, st.dictionaries(names, trees, max_size=5), kinds))
def test_any_json_is_taken_and_twice_changes_nothing(answer: Json) -> None:
    once = normalise(answer)
    assert normalise(once) == once


def test_canonical_has_one_form() -> None:
    assert canonical({"b": "é", "a": [1, 2.5, None]}) == '{"a":[1,2.5,null],"b":"é"}'.encode()
    assert len(digest(b"")) == 16


def test_a_listing_of_a_hundred_blocks_is_cheap() -> None:
    """Measured at about 0.1 ms; the bound is wide, as it only has to notice a walk through everything."""
    listing = {"object": "list", "results": [block("paragraph", {"rich_text": [text("w " * 100)] * 3})] * 100}
    best = min(_timed(listing) for _ in range(20))
    assert best < 0.0015


def _timed(listing: Json) -> float:
    start = time.perf_counter()
    normalise(listing)
    return time.perf_counter() - start


def test_every_stored_file_of_the_samples_is_recognised() -> None:
    assert normalise({"object": "page", "icon": STORED_FILE}) == {"object": "page", "icon": CLEAN}
