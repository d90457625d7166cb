"""Property values: computed ones, long ones, and the endpoint that gives them in full."""

from typing import Any

from apps.sandbox import Sandbox
from apps.sandbox.reading.formula_language import FormulaUnsupported, Moment, Scope, compile_formula
from tests.sandbox.asking import Ask, source_named


def _evaluate(expression: str, **values: Any) -> Any:
    return compile_formula(expression)(Scope(values.get, 1_000_000.0))


def test_the_formula_language() -> None:
    assert _evaluate("1 + 2 * 3") == 7
    assert _evaluate("(1 + 2) * 3 == 9 and not false")
    assert _evaluate('if(prop("n") > 3, "many", "few")', n=4) == "many"
    assert _evaluate('prop("n") >= 5 ? "a" : prop("n") >= 3 ? "b" : "c"', n=3) == "b"
    assert _evaluate('"#" + format(prop("n")) + "\\""', n=4) == '#4"'
    assert _evaluate('prop("d").dateBetween(now(), "days")', d=Moment(1_000_000.0 + 86_400 * 3)) == 3
    assert _evaluate('empty(prop("x")) or length(prop("x")) > 2', x=None)
    assert _evaluate("-2 + 10 % 4") == 0
    assert _evaluate('upper(substring(prop("s"), 0, 3))', s="probe") == "PRO"
    for broken in ("1 +", "foo(1)", 'prop("x"', "1 2", "let(x, 1, x)", "§"):
        try:
            compile_formula(broken)
        except FormulaUnsupported:
            continue
        raise AssertionError(broken)


def _value(row: dict[str, Any], name: str) -> Any:
    value = row["properties"][name]
    return value[value["type"]]


async def test_relations_are_cut_at_25_and_whole_at_their_endpoint(ask_whole: Ask, whole: Sandbox) -> None:
    projects = [row async for row in ask_whole.every_row(source_named(whole, "Projects"))]
    crowded = next(row for row in projects if row["properties"]["Tasks"]["has_more"])
    assert len(_value(crowded, "Tasks")) == 25
    path = f"pages/{crowded['id']}/properties/{crowded['properties']['Tasks']['id']}"
    first = await ask_whole.get(path, {"page_size": 20})
    assert first["property_item"]["type"] == "relation"
    assert first["property_item"]["next_url"].startswith("https://api.notion.com/v1/pages/")
    items = [item async for item in ask_whole.every(path, {"page_size": 20})]
    ids = [item["relation"]["id"] for item in items]
    assert len(ids) == len(set(ids)) == _value(crowded, "Task count")["number"] > 25
    assert ids[:25] == [each["id"] for each in _value(crowded, "Tasks")]
    others = [row for row in projects if row["id"] != crowded["id"]]
    assert all(not row["properties"]["Tasks"]["has_more"] for row in others)


async def test_both_ends_of_a_dual_relation_agree(ask_whole: Ask, whole: Sandbox) -> None:
    tasks = [row async for row in ask_whole.every_row(source_named(whole, "Tasks"))]
    blocking = {
        (other["id"], row["id"]) for row in tasks for other in _value(row, "Blocked by") if other["id"] != row["id"]
    }
    blocked = {(row["id"], other["id"]) for row in tasks for other in _value(row, "Blocking")}
    assert blocked == blocking
    assert blocked


async def test_rollups_add_up(ask_whole: Ask, whole: Sandbox) -> None:
    tasks = {row["id"]: row async for row in ask_whole.every_row(source_named(whole, "Tasks"))}
    async for project in ask_whole.every_row(source_named(whole, "Projects")):
        path = f"pages/{project['id']}/properties/{project['properties']['Tasks']['id']}"
        mine = [tasks[item["relation"]["id"]] async for item in ask_whole.every(path)]
        hours = [_value(task, "Estimate") for task in mine]
        assert _value(project, "Hours")["number"] == sum(each for each in hours if each is not None)
        dues = [_value(task, "Due")["start"] for task in mine if _value(task, "Due")]
        expected = {"start": min(dues), "end": None, "time_zone": None} if dues else None
        assert _value(project, "Next due")["date"] == expected
        done = [task for task in mine if _value(task, "Done")]
        share = _value(project, "Share done")["number"]
        assert share == (round(len(done) / len(mine), 4) if mine else None)
        assert len(_value(project, "Statuses")["array"]) == min(len(mine), 25)
        left = round(_value(project, "Hours")["number"] * (1 - (share or 0)))
        assert _value(project, "Hours left") == {"type": "number", "number": left}


async def test_a_rolled_list_is_incomplete_until_its_last_page(ask_whole: Ask, whole: Sandbox) -> None:
    projects = [row async for row in ask_whole.every_row(source_named(whole, "Projects"))]
    crowded = next(row for row in projects if row["properties"]["Tasks"]["has_more"])
    path = f"pages/{crowded['id']}/properties/{crowded['properties']['Hours']['id']}"
    first = await ask_whole.get(path, {"page_size": 10})
    assert first["property_item"]["rollup"]["type"] == "incomplete"
    last = await ask_whole.get(path)
    assert last["property_item"]["rollup"] == _value(crowded, "Hours")
    assert sum(item["number"] or 0 for item in last["results"]) == _value(crowded, "Hours")["number"]


async def test_every_property_type_stands_in_one_table(ask_whole: Ask, whole: Sandbox) -> None:
    types = set()
    for name in ("Field kit", "Handbook"):
        schema = (await ask_whole.get(f"data_sources/{source_named(whole, name)}"))["properties"]
        types |= {entry["type"] for entry in schema.values()}
        assert list(schema)[-1] == next(name for name, entry in schema.items() if entry["type"] == "title")
    assert types == {
        "title",
        "rich_text",
        "number",
        "select",
        "multi_select",
        "status",
        "date",
        "people",
        "files",
        "checkbox",
        "url",
        "email",
        "phone_number",
        "relation",
        "formula",
        "rollup",
        "created_time",
        "last_edited_time",
        "created_by",
        "last_edited_by",
        "unique_id",
        "verification",
        "button",
        "place",
    }


async def test_times_are_floored_to_the_minute(ask: Ask, sandbox: Sandbox) -> None:
    page = await ask.get(f"pages/{sandbox.world.by_no[0].id}")
    database = await ask.get(f"databases/{next(iter(sandbox.world.databases))}")
    for key in ("created_time", "last_edited_time"):
        assert page[key].endswith(":00.000Z")
        assert database[key].endswith("+00:00")
