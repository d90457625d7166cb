"""Listings, cursors and the cap of a query."""

import re
from itertools import pairwise

from apps.sandbox import Fault, Sandbox
from tests.sandbox.asking import Ask, FakeClock, page_written_as, source_named

CURSOR = re.compile(r"s:[0-9a-f-]{36}:[0-9a-f-]{36}")


async def test_long_pages_come_in_hundreds(ask_whole: Ask, whole: Sandbox) -> None:
    log = page_written_as(whole, "incident_log")
    sizes = []
    cursor: dict[str, str | int | list[str]] = {}
    while True:
        page = await ask_whole.get(f"blocks/{log}/children", cursor)
        sizes.append(len(page["results"]))
        if not page["has_more"]:
            break
        cursor = {"start_cursor": page["next_cursor"]}
    assert sizes[:3] == [100, 100, 100]
    assert sum(sizes) > 300
    assert page["next_cursor"] is None
    seen = [block["id"] async for block in ask_whole.every(f"blocks/{log}/children", {"page_size": 7})]
    assert len(seen) == len(set(seen)) == sum(sizes)


async def test_query_cursors_name_a_session_and_the_next_row(ask_whole: Ask, whole: Sandbox) -> None:
    tasks = source_named(whole, "Tasks")
    first = await ask_whole.post(f"data_sources/{tasks}/query")
    assert len(first["results"]) == 100
    assert first["has_more"]
    assert CURSOR.fullmatch(first["next_cursor"])
    second = await ask_whole.post(f"data_sources/{tasks}/query", {"start_cursor": first["next_cursor"]})
    assert second["results"][0]["id"] == first["next_cursor"].split(":")[2]
    assert second["next_cursor"] is None
    assert "request_status" not in second


async def test_a_query_keeps_its_order_while_rows_change(ask: Ask, sandbox: Sandbox) -> None:
    tasks = source_named(sandbox, "Tasks")
    living = [row.id for row in sandbox.world.data_sources[tasks].rows if not row.in_trash]
    first = await ask.post(f"data_sources/{tasks}/query", {"page_size": 5})
    last = [row["id"] for row in first["results"]][-1]
    gone = next(each for each in living if each not in {row["id"] for row in first["results"]})
    sandbox.edit.create_page(tasks, "Came later")
    sandbox.edit.trash(gone)
    rest = [row["id"] async for row in ask.every_row(tasks, page_size=5)]
    assert len(rest) == len(living)
    body = {"page_size": 100, "start_cursor": first["next_cursor"]}
    followed = [row["id"] for row in (await ask.post(f"data_sources/{tasks}/query", body))["results"]]
    assert last not in followed
    assert gone not in followed
    assert len(followed) == len(living) - 5 - 1


async def test_sessions_die(ask: Ask, sandbox: Sandbox, clock: FakeClock) -> None:
    tasks = source_named(sandbox, "Tasks")

    async def stale(cursor: str, **body: object) -> None:
        refusal = await ask.refusal("POST", f"data_sources/{tasks}/query", {"start_cursor": cursor, **body})
        assert refusal == (400, "validation_error", f"The start_cursor provided is invalid: {cursor}")

    async def begun() -> str:
        return str((await ask.post(f"data_sources/{tasks}/query", {"page_size": 3}))["next_cursor"])

    await stale("s:nonsense")
    await stale(await begun(), sorts=[{"timestamp": "created_time", "direction": "ascending"}])
    cursor = await begun()
    sandbox.service.cursors.lifetime = 60
    clock.forward(61)
    await stale(cursor)
    cursor = await begun()
    sandbox.faults.add(Fault("expired_cursor", path="/query"))
    await stale(cursor)
    assert await begun()


async def test_cursors_of_blocks_that_vanished(ask: Ask, sandbox: Sandbox) -> None:
    page = page_written_as(sandbox, "many_languages")
    first = await ask.get(f"blocks/{page}/children", {"page_size": 2})
    sandbox.edit.trash(first["next_cursor"])
    refusal = await ask.refusal("GET", f"blocks/{page}/children", query={"start_cursor": first["next_cursor"]})
    assert refusal[:2] == (400, "validation_error")


async def test_a_query_ends_at_the_cap_and_says_so(ask: Ask, sandbox: Sandbox) -> None:
    tasks = source_named(sandbox, "Tasks")
    rows = [row.id for row in sandbox.world.data_sources[tasks].rows if not row.in_trash]
    sandbox.service.settings.query_limit = 7
    first = await ask.post(f"data_sources/{tasks}/query", {"page_size": 5})
    second = await ask.post(f"data_sources/{tasks}/query", {"page_size": 5, "start_cursor": first["next_cursor"]})
    assert [len(first["results"]), len(second["results"])] == [5, 2]
    assert not second["has_more"]
    incomplete = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    assert first["request_status"] == second["request_status"] == incomplete
    found: dict[str, None] = {}
    since = "2020-01-01"
    while True:
        window = {
            "filter": {"timestamp": "created_time", "created_time": {"on_or_after": since}},
            "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
        }
        part = [row async for row in ask.every_row(tasks, **window)]
        if all(row["id"] in found for row in part):
            break
        found |= {row["id"]: None for row in part}
        since = part[-1]["created_time"]
    assert sorted(found) == sorted(rows)


async def test_people_and_emoji_come_in_pages(ask: Ask) -> None:
    emojis = await ask.get("custom_emojis", {"page_size": 1})
    assert list(emojis) == ["object", "type", "results", "has_more", "next_cursor", "request_id"]
    assert emojis["has_more"]
    named = await ask.get("custom_emojis", {"name": "ship-it"})
    assert [emoji["name"] for emoji in named["results"]] == ["ship-it"]


async def test_rows_come_newest_first_unless_sorted(ask_whole: Ask, whole: Sandbox) -> None:
    tasks = source_named(whole, "Tasks")
    created = [row["created_time"] async for row in ask_whole.every_row(tasks)]
    assert all(later >= earlier for later, earlier in pairwise(created))
