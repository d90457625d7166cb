"""Every condition that Notion took in a recorded query is taken by the sandbox, on a property of its type."""

import asyncio
from typing import Any, Final

import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, source_named, words
from tests.sandbox.derive_shapes import kept_filters
from tests.sandbox.kitchen_sink import NOWHERE

SCHEMA: Final[dict[str, Any]] = {
    "Name": {"title": {}},
    "checkbox": {"checkbox": {}},
    "date": {"date": {}},
    "files": {"files": {}},
    "multi_select": {"multi_select": {"options": [{"name": "a"}]}},
    "number": {"number": {}},
    "people": {"people": {}},
    "rich_text": {"rich_text": {}},
    "select": {"select": {"options": [{"name": "a"}]}},
    "unique_id": {"unique_id": {}},
    "formula.checkbox": {"formula": {"expression": 'prop("checkbox")'}},
    "formula.date": {"formula": {"expression": 'prop("date")'}},
    "formula.number": {"formula": {"expression": 'prop("number")'}},
    "formula.string": {"formula": {"expression": 'prop("rich_text")'}},
}
"""A property for each filter that needs no other table, under the filter's name."""
ROLLED: Final = {
    "rollup.any.date": ("Due", "show_original"),
    "rollup.any.number": ("Estimate", "show_original"),
    "rollup.any.rich_text": ("Name", "show_original"),
    "rollup.every.rich_text": ("Name", "show_original"),
    "rollup.none.rich_text": ("Name", "show_original"),
    "rollup.date": ("Due", "latest_date"),
    "rollup.number": ("Estimate", "sum"),
}
"""The property of the tasks that is rolled up, and how."""
WORDS: Final = {"date": "2026-01-01", "people": NOWHERE, "relation": NOWHERE}


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox.generate(pages=60, seed=3)


@pytest.fixture(scope="module")
def ask(sandbox: Sandbox) -> Ask:
    return Ask(sandbox)


@pytest.fixture(scope="module")
def table(ask: Ask, sandbox: Sandbox) -> str:
    """A table with a property for each filter, and a row."""
    return asyncio.run(_made(ask, sandbox))


async def _made(ask: Ask, sandbox: Sandbox) -> str:
    tasks = source_named(sandbox, "Tasks")
    page = next(page.id for page in sandbox.world.by_no if page.parent is None)
    schema = {**SCHEMA, "relation": {"relation": {"data_source_id": tasks, "single_property": {}}}}
    made = await ask.post("databases", {"parent": {"page_id": page}, "initial_data_source": {"properties": schema}})
    source: str = made["data_sources"][0]["id"]
    rollups = {name: {"rollup": _rollup(*how)} for name, how in ROLLED.items()}
    await ask.patch(f"data_sources/{source}", {"properties": rollups})
    related = {"relation": [{"id": row.id} for row in sandbox.world.data_sources[tasks].rows[:3]]}
    values = {"Name": {"title": words("a")}, "relation": related}
    await ask.post("pages", {"parent": {"data_source_id": source}, "properties": values})
    return source


def _rollup(name: str, function: str) -> dict[str, str]:
    return {"relation_property_name": "relation", "rollup_property_name": name, "function": function}


def _filter(condition: str) -> dict[str, Any]:
    """The recorded condition, about the property that stands for it, with a value of the recorded type."""
    path, _, json_type = condition.partition(" ")
    *kinds, operator = path.split(".")
    kind = next((each for each in reversed(kinds) if each in WORDS or each.endswith("_time")), "")
    text = "2026-01-01" if kind.endswith("_time") else WORDS.get(kind, "a")
    value: Any = {"string": text, "boolean": True, "number": 1, "object": {}}[json_type]
    for key in (operator, *reversed(kinds)):
        value = {key: value}
    if kinds[0] == "timestamp":
        return {"timestamp": kinds[1], **value["timestamp"]}
    return {"property": ".".join(kinds), **value}


@pytest.mark.parametrize("condition", kept_filters())
async def test_a_condition_that_notion_took_is_taken(ask: Ask, table: str, condition: str) -> None:
    answer = await ask.post(f"data_sources/{table}/query", {"filter": _filter(condition)})
    assert answer["type"] == "page_or_data_source"


async def test_a_condition_of_another_type_is_refused(ask: Ask, table: str) -> None:
    for wrong in (
        {"property": "number", "checkbox": {"equals": True}},
        {"property": "date", "date": {"contains": "a"}},
    ):
        status, code, _ = await ask.refusal("POST", f"data_sources/{table}/query", {"filter": wrong})
        assert (status, code) == (400, "validation_error")
