"""What the sandbox says under each version of the API."""

import pytest

from apps.sandbox import Sandbox
from apps.sandbox.world.objects import Database, DataSource
from tests.sandbox.asking import Ask, page_written_as, source_named, words

OLD = "2022-06-28"


async def test_a_version_must_be_named_and_be_one_that_is_served(ask: Ask) -> None:
    token = {"authorization": ask.headers["authorization"]}
    missing = (await ask.raw("GET", "/v1/users", headers=token)).json()
    assert (missing["status"], missing["code"]) == (400, "missing_version")
    assert missing["message"].endswith("Notion-Version header should be defined, instead was `undefined`.")
    for version in ("2024-05-22", "2022-02-22"):
        refused = (await ask.raw("GET", "/v1/users", headers={**token, "notion-version": version})).json()
        assert refused["status"] == 400
        assert refused["message"] == (
            "Notion-Version header failed validation: Notion-Version header should be "
            f'`"2022-06-28"`, `"2025-09-03"`, or `"2026-03-11"`, instead was `"{version}"`.'
        )


async def test_2025_09_03_has_its_own_words(ask: Ask, sandbox: Sandbox) -> None:
    older = Ask(sandbox, version="2025-09-03")
    guide = page_written_as(sandbox, "formatting_guide")
    blocks = [block async for block in older.every(f"blocks/{guide}/children")]
    assert all(block["archived"] is block["in_trash"] is False for block in blocks)
    assert "transcription" in {block["type"] for block in blocks}
    assert "meeting_notes" in {block["type"] async for block in ask.every(f"blocks/{guide}/children")}
    body = {"children": [{"divider": {}}], "after": blocks[0]["id"]}
    made = (await older.patch(f"blocks/{guide}/children", body))["results"][0]
    listed = [block["id"] async for block in ask.every(f"blocks/{guide}/children")]
    assert listed.index(made["id"]) == 1
    assert (await ask.refusal("PATCH", f"blocks/{guide}/children", body))[0] == 400
    gone = await older.patch(f"blocks/{made['id']}", {"archived": True})
    assert gone["archived"] is gone["in_trash"] is True
    assert "archived" not in await ask.get(f"blocks/{made['id']}")


@pytest.fixture
def old(sandbox: Sandbox) -> Ask:
    return Ask(sandbox, version=OLD)


def a_single_database(sandbox: Sandbox, name: str = "Tasks") -> DataSource:
    source = sandbox.world.data_sources[source_named(sandbox, name)]
    assert source.database.living_sources == [source]
    return source


def a_database_of_several(sandbox: Sandbox) -> Database:
    return next(each for each in sandbox.world.databases.values() if len(each.living_sources) > 1)


async def test_before_2025_09_03_a_database_has_the_schema_and_is_queried(old: Ask, ask: Ask, sandbox: Sandbox) -> None:
    source = a_single_database(sandbox)
    database = await old.get(f"databases/{source.database.id}")
    today = await ask.get(f"data_sources/{source.id}")
    assert (database["object"], database["id"]) == ("database", source.database.id)
    assert database["properties"] == today["properties"]
    assert database["parent"] == today["database_parent"]
    assert database["archived"] is database["in_trash"] is False
    assert not {"data_sources", "database_parent", "is_locked"} & set(database)
    rows = await old.post(f"databases/{source.database.id}/query", {"page_size": 2})
    assert rows["type"] == "page_or_database"
    parents = [row["parent"] for row in rows["results"]]
    assert parents == [{"type": "database_id", "database_id": source.database.id}] * 2
    assert all(row["archived"] is False for row in rows["results"])
    row = rows["results"][0]["id"]
    assert (await old.get(f"blocks/{row}"))["parent"]["type"] == "database_id"


async def test_before_2025_09_03_there_are_no_data_sources_and_views(old: Ask, sandbox: Sandbox) -> None:
    source = a_single_database(sandbox)
    for path in (
        f"data_sources/{source.id}",
        f"data_sources/{source.id}/templates",
        f"views?database_id={source.database.id}",
    ):
        assert (await old.refusal("GET", path))[:2] == (400, "invalid_request_url")
    assert (await old.refusal("POST", f"data_sources/{source.id}/query"))[:2] == (400, "invalid_request_url")


async def test_since_2025_09_03_databases_are_not_queried(ask: Ask, sandbox: Sandbox) -> None:
    database = a_single_database(sandbox).database
    assert (await ask.refusal("POST", f"databases/{database.id}/query"))[:2] == (400, "invalid_request_url")


async def test_before_2025_09_03_search_finds_databases_with_one_source(old: Ask, sandbox: Sandbox) -> None:
    answer = await old.post("search", {"filter": {"property": "object", "value": "database"}})
    assert answer["type"] == "page_or_database"
    found = {thing["id"] for thing in answer["results"]}
    assert {thing["object"] for thing in answer["results"]} == {"database"}
    assert a_single_database(sandbox).database.id in found
    assert a_database_of_several(sandbox).id not in found
    refused = await old.refusal("POST", "search", {"filter": {"property": "object", "value": "data_source"}})
    assert '`"page"` or `"database"`' in refused[2]


async def test_before_2025_09_03_several_sources_are_refused_in_notions_words(old: Ask, sandbox: Sandbox) -> None:
    database = a_database_of_several(sandbox)
    for method, path in (("GET", f"databases/{database.id}"), ("POST", f"databases/{database.id}/query")):
        problem = (await old.raw(method, f"/v1/{path}")).json()
        assert (problem["status"], problem["code"]) == (400, "validation_error")
        assert problem["message"] == "Databases with multiple data sources are not supported in this API version."
        assert problem["additional_data"] == {
            "error_type": "multiple_data_sources_for_database",
            "database_id": database.id,
            "child_data_source_ids": [source.id for source in database.living_sources],
            "minimum_api_version": "2025-09-03",
        }


async def test_in_any_version_a_row_needs_to_know_which_of_several_sources(ask: Ask, sandbox: Sandbox) -> None:
    body = {"parent": {"database_id": a_database_of_several(sandbox).id}, "properties": {}}
    assert "multiple data sources" in (await ask.refusal("POST", "pages", body))[2]


async def test_before_2025_09_03_databases_are_made_and_changed_whole(old: Ask, sandbox: Sandbox) -> None:
    target = a_single_database(sandbox).database.id
    page = next(page.id for page in sandbox.world.by_no if page.parent is None)
    schema = {"Name": {"title": {}}, "Of": {"relation": {"database_id": target, "single_property": {}}}}
    made = await old.post("databases", {"parent": {"page_id": page}, "title": words("New"), "properties": schema})
    assert set(made["properties"]) == {"Name", "Of"}
    assert made["properties"]["Of"]["relation"]["database_id"] == target
    changed = await old.patch(
        f"databases/{made['id']}", {"title": words("Newer"), "properties": {"Of": None, "When": {"date": {}}}}
    )
    assert changed["title"][0]["plain_text"] == "Newer"
    assert set(changed["properties"]) == {"Name", "When"}
    gone = await old.patch(f"databases/{made['id']}", {"archived": True})
    assert gone["archived"] is gone["in_trash"] is True
    row = await old.post("pages", {"parent": {"database_id": target}, "properties": {}})
    assert row["parent"] == {"type": "database_id", "database_id": target}
