"""Search: by title, from an index that lags behind and is not exhaustive."""

from typing import Any

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, FakeClock, page_titled


async def _search(ask: Ask, **body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await ask.post("search", {**body, **cursor})
        assert page["type"] == "page_or_data_source"
        found += page["results"]
        if not page["has_more"]:
            return found
        cursor = {"start_cursor": page["next_cursor"]}


async def test_everything_shared_is_found_newest_first(ask_whole: Ask, whole: Sandbox) -> None:
    found = await _search(ask_whole)
    expected = whole.expected(content=False)
    living = {thing["id"] for thing in found if not thing["in_trash"]}
    assert living == expected["pages"] | expected["rows"] | expected["data_sources"]
    edited = [thing["last_edited_time"] for thing in found]
    assert edited == sorted(edited, reverse=True)
    ascending = await _search(ask_whole, sort={"timestamp": "last_edited_time", "direction": "ascending"})
    assert [thing["id"] for thing in ascending] == [thing["id"] for thing in found][::-1]


async def test_trashed_data_sources_appear_and_trashed_pages_do_not(ask_whole: Ask) -> None:
    found = await _search(ask_whole)
    assert {thing["object"] for thing in found if thing["in_trash"]} == {"data_source"}
    assert all(not thing["in_trash"] for thing in await _search(ask_whole, filter={"in_trash": False}))
    assert await _search(ask_whole, filter={"in_trash": True})


async def test_kinds_and_words(ask_whole: Ask) -> None:
    sources = await _search(ask_whole, filter={"property": "object", "value": "data_source"})
    assert {thing["object"] for thing in sources} == {"data_source"}
    pages = await _search(ask_whole, query="formatting", filter={"property": "object", "value": "page"})
    assert [page["properties"]["title"]["title"][0]["plain_text"] for page in pages] == ["Formatting guide"]
    either = await _search(ask_whole, query="runbooks zzz")
    assert len(either) == len(await _search(ask_whole, query="runbook")) >= 1
    assert await _search(ask_whole, query="zzzz") == []
    assert await _search(ask_whole, query="matting") == []
    best = await _search(ask_whole, query="On-call FAQ", sort={"property": "relevance"})
    assert best[0]["properties"]["title"]["title"][0]["plain_text"] == "On-call FAQ"


async def test_what_search_refuses(ask: Ask) -> None:
    for body in (
        {"filter": {"property": "object", "value": "database"}},
        {"filter": {"property": "kind", "value": "page"}},
        {"sort": {"timestamp": "created_time"}},
        {"query": 5},
    ):
        assert (await ask.refusal("POST", "search", body))[:2] == (400, "validation_error")


async def test_the_index_lags(clock: FakeClock) -> None:
    sandbox = Sandbox.generate(pages=30, clock=clock, search_lag=120)
    ask = Ask(sandbox)
    await _search(ask)
    home = page_titled(sandbox, "Home")
    created = sandbox.edit.create_page(home, "Fresh zebra")
    assert await _search(ask, query="zebra") == []
    await ask.get(f"pages/{created}")
    clock.forward(121)
    assert [thing["id"] for thing in await _search(ask, query="zebra")] == [created]
    before = [thing["id"] for thing in await _search(ask)]
    old = before[-1]
    assert sandbox.world.pages.get(old) or sandbox.world.data_sources.get(old)
    page = next(each for each in reversed(before) if each in sandbox.world.pages)
    sandbox.edit.rename(page, "Renamed")
    assert [thing["id"] for thing in await _search(ask)] == before
    clock.forward(121)
    assert (await _search(ask))[0]["id"] == page


async def test_it_may_leave_out_and_repeat(sandbox: Sandbox) -> None:
    sandbox.service.search.omitted = 0.2
    sandbox.service.search.duplicated = 0.1
    found = [thing["id"] for thing in await _search(Ask(sandbox))]
    expected = sandbox.expected(content=False)
    assert len(found) > len(set(found))
    assert set(found) < expected["pages"] | expected["rows"] | set(sandbox.world.data_sources)
    tops = {page.id for page in sandbox.world.shared_by_default() if page.id in sandbox.world.pages}
    assert tops <= set(found)
