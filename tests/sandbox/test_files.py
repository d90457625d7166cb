"""Signed file URLs: what they give, when they end, and that nobody can make one up."""

import re
import zlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.sandbox import Fault, Sandbox
from tests.sandbox.asking import Ask, FakeClock, page_written_as, source_named
from tests.sandbox.recordings import exchanges, needs_recordings, objects

SIGNATURES = {
    "png": b"\x89PNG\r\n\x1a\n",
    "pdf": b"%PDF-1.4",
    "wav": b"RIFF",
    "mp4": b"\x00\x00\x00\x14ftyp",
    "csv": b"taken_at,",
}


async def _hosted(ask: Ask, page: str) -> list[dict[str, Any]]:
    blocks = [block async for block in ask.every(f"blocks/{page}/children")]
    return [
        block[block["type"]]
        for block in blocks
        if isinstance(block[block["type"]], dict) and block[block["type"]].get("type") == "file"
    ]


async def test_every_hosted_file_can_be_fetched(ask_whole: Ask, whole: Sandbox) -> None:
    hosted = await _hosted(ask_whole, page_written_as(whole, "formatting_guide"))
    endings = set()
    for each in hosted:
        url = each["file"]["url"]
        response = await ask_whole.raw("GET", url, headers={})
        assert response.status_code == 200
        ending = urlsplit(url).path.rsplit(".", 1)[-1]
        endings.add(ending)
        assert response.content.startswith(SIGNATURES[ending])
        assert int(response.headers["content-length"]) == len(response.content)
    assert endings == set(SIGNATURES)


async def test_pictures_are_real(ask_whole: Ask, whole: Sandbox) -> None:
    home = next(page for page in whole.world.by_no if page.cover and page.cover["type"] == "file")
    cover = (await ask_whole.get(f"pages/{home.id}"))["cover"]
    data = (await ask_whole.raw("GET", cover["file"]["url"], headers={})).content
    header, body = data[16:29], data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8]
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    assert len(zlib.decompress(body)) == height * (1 + width * 3)


async def test_a_url_is_another_one_at_every_read_and_the_file_the_same(ask: Ask, sandbox: Sandbox) -> None:
    page = page_written_as(sandbox, "formatting_guide")
    first, second = (await _hosted(ask, page))[0], (await _hosted(ask, page))[0]
    assert first["file"]["url"] != second["file"]["url"]
    assert first["file"]["url"].split("?")[0] == second["file"]["url"].split("?")[0]
    bodies = [(await ask.raw("GET", each["file"]["url"], headers={})).content for each in (first, second)]
    assert bodies[0] == bodies[1]


async def test_a_url_ends_after_an_hour(ask: Ask, sandbox: Sandbox, clock: FakeClock) -> None:
    file = (await _hosted(ask, page_written_as(sandbox, "formatting_guide")))[0]["file"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", file["expiry_time"])
    clock.forward(3599)
    assert (await ask.raw("GET", file["url"], headers={})).status_code == 200
    clock.forward(2)
    refused = await ask.raw("GET", file["url"], headers={})
    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("application/xml")
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in refused.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-Amz-Expires=3600", "X-Amz-Expires=36000"),
        (r"X-Amz-Date=\d+T", "X-Amz-Date=20991231T"),
        (r"X-Amz-Signature=\w{4}", "X-Amz-Signature=0000"),
        (r"X-Amz-Signature=\w+&", ""),
        (r"/files/[^/]+/[^/]+", "/files/00000000-0000-4000-8000-000000000000/00000000-0000-4000-8000-000000000001"),
    ],
)
async def test_a_url_that_was_tampered_with_is_refused(ask: Ask, sandbox: Sandbox, old: str, new: str) -> None:
    url = (await _hosted(ask, page_written_as(sandbox, "formatting_guide")))[0]["file"]["url"]
    changed = re.sub(old, new, url)
    assert changed != url
    refused = await ask.raw("GET", changed, headers={})
    assert refused.status_code == 403
    assert "<Code>AccessDenied</Code>" in refused.text


async def test_names_with_spaces_and_umlauts(ask: Ask, sandbox: Sandbox) -> None:
    hosted = await _hosted(ask, page_written_as(sandbox, "formatting_guide"))
    named = next(each for each in hosted if each.get("name") == "readings – März.csv")
    assert "%E2%80%93" in named["file"]["url"]
    assert (await ask.raw("GET", named["file"]["url"], headers={})).status_code == 200


async def test_expired_urls_as_faults(ask: Ask, sandbox: Sandbox) -> None:
    page = page_written_as(sandbox, "formatting_guide")
    sandbox.faults.add(Fault("expired_url", path="/children"))
    hosted = await _hosted(ask, page)
    statuses = [(await ask.raw("GET", each["file"]["url"], headers={})).status_code for each in hosted]
    assert statuses[0] == 403
    assert set(statuses[1:]) == {200}
    sandbox.faults.add(Fault("expired_url", path="^/files/"))
    again = (await _hosted(ask, page))[0]["file"]["url"]
    assert [(await ask.raw("GET", again, headers={})).status_code for _ in range(2)] == [403, 200]


async def test_files_of_properties_are_expected_too(ask_whole: Ask, whole: Sandbox) -> None:
    expected = whole.expected()["files"]
    rows = [row async for row in ask_whole.every_row(source_named(whole, "Field kit"))]
    files = [file for row in rows for file in row["properties"]["Papers"]["files"] if file["type"] == "file"]
    assert files
    for file in files:
        path = urlsplit(file["file"]["url"]).path.removeprefix("/files/")
        assert path in expected
        assert (await ask_whole.raw("GET", file["file"]["url"], headers={})).content.startswith(b"%PDF")


@needs_recordings
async def test_the_query_has_the_parameters_that_were_recorded(ask: Ask, sandbox: Sandbox) -> None:
    recorded = next(
        thing["file"]["url"]
        for exchange in exchanges("2026-03-11")
        for thing in objects(exchange["response"])
        if thing.get("type") == "file" and isinstance(thing.get("file"), dict) and "url" in thing["file"]
    )
    made = (await _hosted(ask, page_written_as(sandbox, "formatting_guide")))[0]["file"]["url"]
    assert list(parse_qs(urlsplit(made).query)) == list(parse_qs(urlsplit(recorded).query))
    assert len(urlsplit(made).path.split("/")) == len(urlsplit(recorded).path.split("/")) + 1
