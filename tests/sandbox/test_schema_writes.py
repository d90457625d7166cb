"""Databases and schemas written through the API."""

from typing import Any

import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, page_titled, source_named, words

Json = dict[str, Any]


@pytest.fixture
async def database(ask: Ask, sandbox: Sandbox) -> Json:
    """A new database with one data source."""
    properties: Json = {
        "Buoy": {"title": {}},
        "Depth": {"number": {"format": "number_with_commas"}},
        "Kind": {"select": {"options": [{"name": "S", "color": "green"}, {"name": "M"}]}},
        "State": {"status": {}},
        "Tasks": {"relation": {"data_source_id": source_named(sandbox, "Tasks"), "dual_property": {}}},
        "Deep": {"formula": {"expression": 'prop("Depth") > 10'}},
    }
    return await ask.post(
        "databases",
        {
            "parent": {"type": "page_id", "page_id": page_titled(sandbox, "Home")},
            "title": words("Buoys"),
            "initial_data_source": {"properties": properties},
        },
    )


async def test_a_database_comes_with_a_data_source_and_a_view(ask: Ask, sandbox: Sandbox, database: Json) -> None:
    source = database["data_sources"][0]
    assert source["name"] == "Buoys"
    schema = (await ask.get(f"data_sources/{source['id']}"))["properties"]
    assert [option["name"] for option in schema["State"]["status"]["options"]] == ["Not started", "In progress", "Done"]
    assert [option["name"] for option in schema["Kind"]["select"]["options"]] == ["S", "M"]
    twin = (await ask.get(f"data_sources/{source_named(sandbox, 'Tasks')}"))["properties"]["Related to Buoys (Tasks)"]
    assert twin["relation"]["dual_property"]["synced_property_id"] == schema["Tasks"]["id"]
    views = await ask.get("views", {"database_id": database["id"]})
    assert (await ask.get(f"views/{views['results'][0]['id']}"))["data_source_id"] == source["id"]
    assert database["id"] in sandbox.expected()["databases"]
    await ask.patch(f"databases/{database['id']}", {"in_trash": True})
    assert database["id"] not in sandbox.expected()["databases"]


async def test_a_schema_grows_and_shrinks(ask: Ask, database: Json) -> None:
    path = f"data_sources/{database['data_sources'][0]['id']}"
    kind = (await ask.get(path))["properties"]["Kind"]["id"]
    total = {"relation_property_name": "Tasks", "rollup_property_name": "Estimate", "function": "sum"}
    changed = await ask.patch(
        path, {"properties": {"Depth": {"name": "Depth in metres"}, kind: None, "Total": {"rollup": total}}}
    )
    assert set(changed["properties"]) == {"Buoy", "Depth in metres", "State", "Tasks", "Deep", "Total"}
    row = await ask.post("pages", {"parent": {"database_id": database["id"]}, "properties": {}})
    assert row["properties"]["Total"]["rollup"] == {"type": "number", "number": 0, "function": "sum"}
    assert row["properties"]["State"]["status"]["name"] == "Not started"
    refused: list[Json] = [
        {"Buoy": None},
        {"X": {"formula": {"expression": "1 +"}}},
        {"Y": {}},
        {"Z": {"title": {}}},
    ]
    for bad in refused:
        assert (await ask.refusal("PATCH", path, {"properties": bad}))[:2] == (400, "validation_error")


async def test_a_second_data_source(ask: Ask, database: Json) -> None:
    parent = {"database_id": database["id"]}
    second = await ask.post("data_sources", {"parent": parent, "properties": {"Name": {"title": {}}}})
    assert second["id"].split("-")[-1].startswith("000b")
    names = [source["name"] for source in (await ask.get(f"databases/{database['id']}"))["data_sources"]]
    assert names == ["Buoys", "New data source"]
    assert (await ask.refusal("POST", "pages", {"parent": parent, "properties": {}}))[0] == 400
    moved = await ask.patch(f"data_sources/{second['id']}", {"in_trash": True})
    assert moved["in_trash"] is True
    await ask.post("pages", {"parent": parent, "properties": {}})
