"""What Notion refuses, and in which words."""

import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import VERSION, Ask, page_written_as, words
from tests.sandbox.recordings import exchanges, needs_recordings

NOWHERE = "7855b161-f63e-4683-b7c7-8ca6e97ee266"


async def test_every_answer_carries_its_request_id_twice(ask: Ask) -> None:
    for path in ("/v1/users/me", "/v1/users", f"/v1/pages/{NOWHERE}", "/v1/nothing"):
        response = await ask.raw("GET", path)
        assert list(response.json())[-1] == "request_id"
        assert response.headers["x-notion-request-id"] == response.json()["request_id"]
        assert response.headers["content-type"] == "application/json; charset=utf-8"


async def test_the_token_decides_first(ask: Ask) -> None:
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic abc"}):
        response = await ask.raw("GET", "/v1/users", headers={**headers, "notion-version": VERSION})
        assert response.status_code == 401
        assert response.json()["code"] == "unauthorized"
        assert response.json()["message"] == "API token is invalid."


async def test_ids_are_checked_as_notion_checks_them(ask: Ask) -> None:
    bad = "12345678-1234-1234-1234-123456789abc"
    for path, name in (
        ("pages/{}", "page_id"),
        ("blocks/{}", "block_id"),
        ("blocks/{}/children", "block_id"),
        ("databases/{}", "database_id"),
        ("data_sources/{}", "data_source_id"),
        ("users/{}", "user_id"),
    ):
        status, code, message = await ask.refusal("GET", path.format(bad))
        assert (status, code) == (400, "validation_error")
        assert message == f'path failed validation: path.{name} should be a valid uuid, instead was `"{bad}"`.'
    zero = await ask.refusal("GET", "pages/00000000-0000-0000-0000-000000000000")
    assert zero[0] == 404


async def test_ids_may_come_without_dashes_and_in_capitals(ask: Ask, sandbox: Sandbox) -> None:
    page = sandbox.world.by_no[0].id
    plain = await ask.get(f"pages/{page.replace('-', '').upper()}")
    assert plain["id"] == page


async def test_what_is_missing(ask: Ask, sandbox: Sandbox) -> None:
    bot = (await ask.get("users/me"))["id"]
    for path in ("pages", "blocks", "databases", "data_sources"):
        response = await ask.raw("GET", f"/v1/{path}/{NOWHERE}")
        noun = {"pages": "page", "blocks": "block"}.get(path, "database")
        assert response.status_code == 404
        assert response.json()["message"] == (
            f"Could not find {noun} with ID: {NOWHERE}. Make sure the relevant pages and databases are shared with "
            'your integration "NotionHub".'
        )
        assert response.json()["additional_data"] == {"integration_id": bot}
    assert (await ask.refusal("GET", "nothing"))[:2] == (400, "invalid_request_url")
    assert (await ask.refusal("DELETE", "users"))[:2] == (400, "invalid_request_url")


async def test_bodies_that_cannot_be_read(ask: Ask) -> None:
    response = await ask.raw("POST", "/v1/search", content=b"{not json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_json")
    assert (await ask.refusal("POST", "search", ["a list"]))[1] == "validation_error"
    status, _, message = await ask.refusal("POST", "search", {"colour": "red"})
    assert (status, message) == (
        400,
        'body failed validation: body.colour should be not present, instead was `"red"`.',
    )
    response = await ask.raw("POST", "/v1/search", content=b" " * 600_000)
    assert response.status_code == 413


@pytest.mark.parametrize("size", ["0", "101", "-1", "ten"])
async def test_page_sizes(ask: Ask, size: str) -> None:
    status, code, message = await ask.refusal("GET", "users", query={"page_size": size})
    assert (status, code) == (400, "validation_error")
    assert message.startswith("query failed validation: query.page_size should be ")
    assert (await ask.refusal("POST", "search", {"page_size": 1000}))[2].startswith("body failed validation")


async def test_limits_of_what_may_be_written(ask: Ask, sandbox: Sandbox) -> None:
    page = sandbox.edit.create_page(None, "Here")
    sandbox.tokens[sandbox.token].shared.add(page)

    def paragraph(text: str) -> dict[str, object]:
        return {"paragraph": {"rich_text": words(text)}}

    async def refused(children: list[dict[str, object]]) -> str:
        status, code, message = await ask.refusal("PATCH", f"blocks/{page}/children", {"children": children})
        assert (status, code) == (400, "validation_error")
        return message

    assert await refused([paragraph("x")] * 191) == (
        "body failed validation: body.children.length should be ≤ `100`, instead was `191`."
    )
    assert await refused([paragraph("ok"), paragraph("x" * 4031)]) == (
        "body failed validation: body.children[1].paragraph.rich_text[0].text.content.length should be ≤ `2000`, "
        "instead was `4031`."
    )
    assert "Fix one" in await refused([{"type": "paragraph"}])
    assert "should be not present" in await refused([{**paragraph("x"), "archived": False}])
    link = {"text": {"content": "x", "link": {"url": "https://x.example/" + "y" * 2000}}}
    assert "link.url.length" in await refused([{"paragraph": {"rich_text": [link]}}])
    assert "expression.length" in await refused([{"equation": {"expression": "x" * 1001}}])
    assert "not supported via the API" in await refused([{"unsupported": {}}])
    deep: dict[str, object] = paragraph("three")
    for _ in range(3):
        deep = {"toggle": {"rich_text": words("level"), "children": [deep]}}
    assert "should be not present" in await refused([deep])
    assert sandbox.world.content(sandbox.world.pages[page]).blocks == []


async def test_trashed_things_cannot_be_edited(ask: Ask, sandbox: Sandbox) -> None:
    page = page_written_as(sandbox, "many_languages")
    sandbox.edit.trash(page)
    blocks = await ask.get(f"blocks/{page}/children")
    assert all(block["in_trash"] for block in blocks["results"])
    status, _, message = await ask.refusal(
        "PATCH", f"blocks/{blocks['results'][0]['id']}", {"paragraph": {"rich_text": []}}
    )
    assert status == 400
    assert message == "Can't edit block that is archived. You must unarchive the block before editing."
    assert (await ask.refusal("PATCH", f"pages/{page}", {"icon": None}))[0] == 400
    assert (await ask.patch(f"pages/{page}", {"in_trash": False}))["in_trash"] is False


@needs_recordings
async def test_recorded_errors_have_the_same_body(ask: Ask) -> None:
    recorded = {
        (e["response"]["status"], e["response"]["code"]): tuple(e["response"])
        for version in (VERSION, "2025-09-03")
        for e in exchanges(version)
        if e["response"].get("object") == "error"
    }
    assert len(recorded) >= 4
    for path in ("pages/nonsense", f"pages/{NOWHERE}", "invalid"):
        body = (await ask.raw("GET", f"/v1/{path}")).json()
        assert tuple(body) == recorded[body["status"], body["code"]]
    nobody = (await ask.raw("GET", "/v1/users", headers={"notion-version": VERSION})).json()
    assert tuple(nobody) == recorded[401, "unauthorized"]
