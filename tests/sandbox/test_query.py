"""Filters and sorts of a query, against values worked out by hand from the same rows."""

from typing import Any

import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, source_named

Row = dict[str, Any]


async def _rows(ask: Ask, source: str, **body: Any) -> list[Row]:
    return [row async for row in ask.every_row(source, **body)]


async def _filtered(ask: Ask, source: str, condition: Any) -> set[str]:
    return {row["id"] for row in await _rows(ask, source, filter=condition)}


def _value(row: Row, name: str) -> Any:
    value = row["properties"][name]
    return value[value["type"]]


def _title(row: Row) -> str:
    title = next(value["title"] for value in row["properties"].values() if value["type"] == "title")
    return "".join(run["plain_text"] for run in title)


CONDITIONS: list[tuple[str, dict[str, Any], Any]] = [
    ("text", {"property": "Name", "title": {"contains": "the"}}, lambda r: "the" in _title(r).lower()),
    ("empty text", {"property": "Name", "title": {"is_empty": True}}, lambda r: not _title(r)),
    ("text start", {"property": "Name", "title": {"starts_with": "d"}}, lambda r: _title(r).lower().startswith("d")),
    (
        "number",
        {"property": "Estimate", "number": {"greater_than": 20}},
        lambda r: (_value(r, "Estimate") or 0) > 20,
    ),
    ("no number", {"property": "Estimate", "number": {"is_empty": True}}, lambda r: _value(r, "Estimate") is None),
    (
        "select",
        {"property": "Priority", "select": {"equals": "✹ High"}},
        lambda r: (_value(r, "Priority") or {}).get("name") == "✹ High",
    ),
    (
        "select of several",
        {"property": "Priority", "select": {"equals": ["✹ High", "✶ Low"]}},
        lambda r: (_value(r, "Priority") or {}).get("name") in ("✹ High", "✶ Low"),
    ),
    (
        "status group",
        {"property": "Status", "status": {"equals": "Complete"}},
        lambda r: _value(r, "Status")["name"] in ("Done", "Dropped"),
    ),
    (
        "multi-select",
        {"property": "Tags", "multi_select": {"contains": "field"}},
        lambda r: "field" in [tag["name"] for tag in _value(r, "Tags")],
    ),
    ("checkbox", {"property": "Done", "checkbox": {"equals": True}}, lambda r: _value(r, "Done")),
    (
        "date",
        {"property": "Due", "date": {"on_or_after": "2026-01-01"}},
        lambda r: (_value(r, "Due") or {"start": ""})["start"] >= "2026-01-01",
    ),
    ("no date", {"property": "Due", "date": {"is_empty": True}}, lambda r: _value(r, "Due") is None),
    ("unique id", {"property": "ID", "unique_id": {"less_than": 10}}, lambda r: _value(r, "ID")["number"] < 10),
    (
        "formula",
        {"property": "Overdue", "formula": {"checkbox": {"equals": True}}},
        lambda r: _value(r, "Overdue")["boolean"],
    ),
    (
        "relation",
        {"property": "Blocked by", "relation": {"is_not_empty": True}},
        lambda r: _value(r, "Blocked by") != [],
    ),
    (
        "both",
        {
            "and": [
                {"property": "Done", "checkbox": {"equals": False}},
                {
                    "or": [
                        {"property": "Estimate", "number": {"less_than": 5}},
                        {"property": "Due", "date": {"is_empty": True}},
                    ]
                },
            ]
        },
        lambda r: not _value(r, "Done") and ((_value(r, "Estimate") or 99) < 5 or _value(r, "Due") is None),
    ),
    (
        "created",
        {"timestamp": "created_time", "created_time": {"before": "2026-02-01T12:00:00Z"}},
        lambda r: r["created_time"] < "2026-02-01T12:00:00.000Z",
    ),
    (
        "edited",
        {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": "2026-06-01"}},
        lambda r: r["last_edited_time"] >= "2026-06-01",
    ),
]


@pytest.mark.parametrize(("condition", "fits"), [each[1:] for each in CONDITIONS], ids=[each[0] for each in CONDITIONS])
async def test_filters(ask_whole: Ask, whole: Sandbox, condition: Any, fits: Any) -> None:
    tasks = source_named(whole, "Tasks")
    rows = await _rows(ask_whole, tasks)
    wanted = {row["id"] for row in rows if fits(row)}
    assert await _filtered(ask_whole, tasks, condition) == wanted
    assert 0 < len(wanted) < len(rows)


async def test_filters_on_people_and_relations(ask_whole: Ask, whole: Sandbox) -> None:
    projects = source_named(whole, "Projects")
    rows = await _rows(ask_whole, projects)
    lead = _value(rows[0], "Lead")[0]["id"]
    led = {row["id"] for row in rows if lead in [person["id"] for person in _value(row, "Lead")]}
    assert await _filtered(ask_whole, projects, {"property": "Lead", "people": {"contains": lead}}) == led
    tasks = source_named(whole, "Tasks")
    of_first = await _rows(ask_whole, tasks, filter={"property": "Project", "relation": {"contains": rows[0]["id"]}})
    assert len(of_first) == _value(rows[0], "Task count")["number"]
    many = {"property": "Task count", "rollup": {"number": {"greater_than": 10}}}
    assert await _filtered(ask_whole, projects, many) == {
        row["id"] for row in rows if _value(row, "Task count")["number"] > 10
    }
    done = {"property": "Statuses", "rollup": {"any": {"status": {"equals": "Dropped"}}}}
    assert await _filtered(ask_whole, projects, done)


async def test_sorts(ask_whole: Ask, whole: Sandbox) -> None:
    tasks = source_named(whole, "Tasks")
    rows = await _rows(
        ask_whole,
        tasks,
        sorts=[
            {"property": "Estimate", "direction": "descending"},
            {"property": "Name", "direction": "ascending"},
        ],
    )
    estimates = [_value(row, "Estimate") for row in rows]
    filled = [each for each in estimates if each is not None]
    assert filled == sorted(filled, reverse=True)
    assert estimates[: len(filled)] == filled
    same = [_title(row).casefold() for row in rows if _value(row, "Estimate") == filled[0] and _title(row)]
    assert same == sorted(same)


async def test_filters_that_cannot_be(ask: Ask, sandbox: Sandbox) -> None:
    tasks = source_named(sandbox, "Tasks")
    too_deep: Any = {"property": "Done", "checkbox": {"equals": True}}
    for _ in range(3):
        too_deep = {"and": [too_deep]}
    for bad in (
        {"property": "Nope", "title": {"equals": "x"}},
        {"property": "Done", "number": {"equals": 1}},
        {"property": "Estimate", "number": {"contains": 1}},
        {"property": "Due", "date": {"before": "yesterday-ish"}},
        {"timestamp": "created_time", "property": "Due", "created_time": {"before": "2026-01-01"}},
        {"checkbox": {"equals": True}},
        too_deep,
        "everything",
    ):
        status, code, _ = await ask.refusal("POST", f"data_sources/{tasks}/query", {"filter": bad})
        assert (status, code) == (400, "validation_error"), bad
    for bad_sort in ({"property": "Nope"}, {"timestamp": "birthday"}, {"property": "Name", "direction": "up"}):
        refusal = await ask.refusal("POST", f"data_sources/{tasks}/query", {"sorts": [bad_sort]})
        assert refusal[:2] == (400, "validation_error")


async def test_only_the_properties_asked_for(ask: Ask, sandbox: Sandbox) -> None:
    tasks = source_named(sandbox, "Tasks")
    schema = (await ask.get(f"data_sources/{tasks}"))["properties"]
    page = await ask.post(f"data_sources/{tasks}/query", query={"filter_properties": [schema["Due"]["id"], "title"]})
    assert {tuple(sorted(row["properties"])) for row in page["results"]} == {("Due", "Name")}
    row = await ask.get(f"pages/{page['results'][0]['id']}", {"filter_properties": schema["ID"]["id"]})
    assert list(row["properties"]) == ["ID"]
