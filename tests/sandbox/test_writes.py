"""Writing through the API, checked against what Notion was recorded answering to the same bodies."""

import re
from typing import Any

import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import VERSION, Ask, FakeClock, page_titled, source_named, words
from tests.sandbox.recordings import Exchange, exchanges, needs_recordings

Json = dict[str, Any]
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_APP = re.compile(r"https://(?:www\.notion\.so|app\.notion\.com/p)/")


def _title(text: str) -> Json:
    return {"title": {"title": words(text)}}


@pytest.fixture
async def page(ask: Ask, sandbox: Sandbox) -> str:
    """An empty page."""
    body = {"parent": {"page_id": page_titled(sandbox, "Home")}, "properties": _title("Scratch")}
    return str((await ask.post("pages", body))["id"])


async def test_a_page_with_everything(ask: Ask, sandbox: Sandbox, clock: FakeClock) -> None:
    home = page_titled(sandbox, "Home")
    made = await ask.post(
        "pages",
        {
            "parent": {"type": "page_id", "page_id": home},
            "properties": _title("Launch plan"),
            "icon": {"emoji": "🚀"},
            "cover": {"external": {"url": "https://x.example/c.png"}},
            "children": [
                {"heading_2": {"rich_text": words("Why")}},
                {"toggle": {"rich_text": words("More"), "children": [{"paragraph": {"rich_text": words("Inside")}}]}},
            ],
        },
    )
    assert made["properties"]["title"]["title"][0]["plain_text"] == "Launch plan"
    assert made["icon"] == {"type": "emoji", "emoji": "🚀"}
    assert made["cover"]["type"] == "external"
    assert made["parent"] == {"type": "page_id", "page_id": home}
    assert made["created_by"]["id"] == (await ask.get("users/me"))["id"]
    blocks = (await ask.get(f"blocks/{made['id']}/children"))["results"]
    assert [block["type"] for block in blocks] == ["heading_2", "toggle"]
    assert blocks[1]["has_children"]
    inside = (await ask.get(f"blocks/{blocks[1]['id']}/children"))["results"]
    assert inside[0]["parent"] == {"type": "block_id", "block_id": blocks[1]["id"]}
    last = [block async for block in ask.every(f"blocks/{home}/children")][-1]
    assert (last["id"], last["child_page"]["title"], last["has_children"]) == (made["id"], "Launch plan", True)
    assert (await ask.get(f"blocks/{inside[0]['id']}"))["paragraph"]["rich_text"][0]["plain_text"] == "Inside"


async def test_positions(ask: Ask, page: str) -> None:
    def line(text: str) -> Json:
        return {"paragraph": {"rich_text": words(text)}}

    async def append(text: str, **more: Any) -> str:
        body = {"children": [line(text)], **more}
        return str((await ask.patch(f"blocks/{page}/children", body))["results"][0]["id"])

    first = await append("b")
    await append("d")
    await append("c", position={"type": "after_block", "after_block": {"id": first}})
    await append("a", position={"type": "start"})
    await append("e", position={"type": "end"})
    listed = [b["paragraph"]["rich_text"][0]["plain_text"] async for b in ask.every(f"blocks/{page}/children")]
    assert listed == ["a", "b", "c", "d", "e"]
    elsewhere = {"type": "after_block", "after_block": {"id": page}}
    body = {"children": [line("x")], "position": elsewhere}
    assert (await ask.refusal("PATCH", f"blocks/{page}/children", body))[0] == 400


async def test_blocks_change_and_go(ask: Ask, page: str, clock: FakeClock) -> None:
    made = await ask.patch(f"blocks/{page}/children", {"children": [{"to_do": {"rich_text": words("Buy anchors")}}]})
    block = made["results"][0]
    clock.forward(3600)
    changed = await ask.patch(f"blocks/{block['id']}", {"to_do": {"checked": True}})
    assert changed["to_do"]["checked"] is True
    assert changed["to_do"]["rich_text"][0]["plain_text"] == "Buy anchors"
    assert changed["last_edited_time"] > block["last_edited_time"]
    assert (await ask.get(f"pages/{page}"))["last_edited_time"] == changed["last_edited_time"]
    assert (await ask.get(f"blocks/{page}/children"))["results"] == [
        {key: value for key, value in changed.items() if key != "request_id"}
    ]
    refused: list[Json] = [{"paragraph": {"rich_text": []}}, {"to_do": {"children": []}}, {"type": "to_do"}]
    for body in refused:
        assert (await ask.refusal("PATCH", f"blocks/{block['id']}", body))[0] == 400
    gone = await ask.delete(f"blocks/{block['id']}")
    assert gone["in_trash"] is True
    assert (await ask.get(f"blocks/{page}/children"))["results"] == []
    back = await ask.patch(f"blocks/{block['id']}", {"in_trash": False})
    assert back["in_trash"] is False
    assert len((await ask.get(f"blocks/{page}/children"))["results"]) == 1


async def test_rows_with_values(ask: Ask, sandbox: Sandbox) -> None:
    tasks, projects = source_named(sandbox, "Tasks"), source_named(sandbox, "Projects")
    project = (await ask.post(f"data_sources/{projects}/query"))["results"][0]
    before = project["properties"]["Task count"]["rollup"]["number"]
    person = project["properties"]["Lead"]["people"][0]["id"]
    made = await ask.post(
        "pages",
        {
            "parent": {"data_source_id": tasks},
            "properties": {
                "Name": {"title": words("Measure the anchor kit")},
                "Status": {"status": {"name": "In review"}},
                "Priority": {"select": {"name": "Brand new"}},
                "Tags": {"multi_select": [{"name": "field"}, {"name": "fresh"}]},
                "Estimate": {"number": 12.5},
                "Due": {"date": {"start": "2027-01-02", "end": "2027-01-05"}},
                "Assignee": {"people": [{"id": person}]},
                "Project": {"relation": [{"id": project["id"]}]},
            },
        },
    )
    values = made["properties"]
    assert made["parent"]["type"] == "data_source_id"
    assert values["Status"]["status"]["name"] == "In review"
    assert values["Priority"]["select"]["name"] == "Brand new"
    assert [tag["name"] for tag in values["Tags"]["multi_select"]] == ["field", "fresh"]
    assert values["Due"]["date"] == {"start": "2027-01-02", "end": "2027-01-05", "time_zone": None}
    assert values["Assignee"]["people"][0]["name"]
    assert values["ID"]["unique_id"]["prefix"] == "TSK"
    assert values["Overdue"]["formula"] == {"type": "boolean", "boolean": False}
    after = (await ask.get(f"pages/{project['id']}"))["properties"]
    assert after["Task count"]["rollup"]["number"] == before + 1
    schema = (await ask.get(f"data_sources/{tasks}"))["properties"]
    assert "Brand new" in [option["name"] for option in schema["Priority"]["select"]["options"]]
    cleared = await ask.patch(
        f"pages/{made['id']}",
        {"properties": {"Priority": {"select": None}, "Estimate": {"number": None}, "Project": {"relation": []}}},
    )
    assert cleared["properties"]["Priority"]["select"] is None
    assert cleared["properties"]["Project"]["relation"] == []
    after = (await ask.get(f"pages/{project['id']}"))["properties"]
    assert after["Task count"]["rollup"]["number"] == before


async def test_values_that_are_refused(ask: Ask, sandbox: Sandbox) -> None:
    row = (await ask.post(f"data_sources/{source_named(sandbox, 'Tasks')}/query"))["results"][0]["id"]
    home = page_titled(sandbox, "Home")
    for properties, part in (
        ({"Nope": {"number": 1}}, "Nope is not a property that exists."),
        ({"Estimate": {"rich_text": []}}, "Estimate is expected to be number."),
        ({"Status": {"status": {"name": "Imaginary"}}}, 'Status option "Imaginary" does not exist.'),
        ({"Estimate": {"number": "12"}}, "should be a number"),
        ({"Due": {"date": {"start": "soon"}}}, "valid ISO 8601"),
        ({"Tags": {"multi_select": [{"name": "a,b"}]}}, "should not contain commas"),
        ({"Created": {"created_time": "2026-01-01"}}, "cannot be set"),
        ({"Project": {"relation": [{"id": home}]}}, "is not in the data source"),
        ({"Tags": {"multi_select": [{"name": f"t{n}"} for n in range(101)]}}, "should be ≤ `100`"),
    ):
        status, code, message = await ask.refusal("PATCH", f"pages/{row}", {"properties": properties})
        assert (status, code) == (400, "validation_error")
        assert part in message
    refusal = await ask.refusal("POST", "pages", {"parent": {"workspace": True}, "properties": {}})
    assert refusal[0] == 400


async def test_moving_and_trashing_pages(ask: Ask, sandbox: Sandbox, page: str) -> None:
    home, meetings = page_titled(sandbox, "Home"), page_titled(sandbox, "Meetings")
    child = await ask.post("pages", {"parent": {"page_id": page}, "properties": _title("Below")})
    moved = await ask.post(f"pages/{page}/move", {"parent": {"page_id": meetings}})
    assert moved["parent"] == {"type": "page_id", "page_id": meetings}
    assert page not in {block["id"] async for block in ask.every(f"blocks/{home}/children")}
    assert page in {block["id"] async for block in ask.every(f"blocks/{meetings}/children")}
    assert (await ask.refusal("POST", f"pages/{page}/move", {"parent": {"page_id": child["id"]}}))[0] == 400
    gone = await ask.delete(f"blocks/{page}")
    assert (gone["type"], gone["in_trash"]) == ("child_page", True)
    assert (await ask.get(f"pages/{child['id']}"))["in_trash"] is True
    assert page not in {block["id"] async for block in ask.every(f"blocks/{meetings}/children")}
    assert page not in sandbox.expected()["pages"]
    await ask.patch(f"pages/{page}", {"in_trash": False})
    assert {page, child["id"]} <= sandbox.expected()["pages"]
    into = await ask.post(f"pages/{child['id']}/move", {"parent": {"data_source_id": source_named(sandbox, "Tasks")}})
    assert into["properties"]["Name"]["title"][0]["plain_text"] == "Below"


async def test_comments(ask: Ask, page: str) -> None:
    first = await ask.post("comments", {"parent": {"page_id": page}, "rich_text": words("Looks good")})
    answer = await ask.post("comments", {"discussion_id": first["discussion_id"], "rich_text": words("Thanks")})
    assert answer["discussion_id"] == first["discussion_id"]
    assert first["display_name"] == {"type": "integration", "resolved_name": "NotionHub"}
    listed = [comment["id"] async for comment in ask.every("comments", {"block_id": page})]
    assert listed == [first["id"], answer["id"]]
    changed = await ask.patch(f"comments/{answer['id']}", {"rich_text": words("Thank you")})
    assert changed["rich_text"][0]["plain_text"] == "Thank you"
    await ask.delete(f"comments/{answer['id']}")
    assert [comment["id"] async for comment in ask.every("comments", {"block_id": page})] == [first["id"]]
    for body in ({"rich_text": words("x")}, {"parent": {"page_id": page}, "discussion_id": page, "rich_text": []}):
        assert (await ask.refusal("POST", "comments", body))[0] == 400


_ELSEWHERE = ("custom_emoji", "position", "'user'", "'page'", "'database'")
"""Words of bodies that lean on something in the workspace they were sent to."""


def _appends() -> list[Exchange]:
    """Recorded appends that any page takes."""
    appends = [
        exchange
        for exchange in exchanges(VERSION)
        if exchange["method"] == "PATCH" and exchange["path"].endswith("/children") and exchange["status"] == 200
    ]
    return [
        exchange
        for exchange in appends
        if not any(word in str(exchange["request"]) for word in _ELSEWHERE)
        and not {child["type"] for child in exchange["request"]["children"]} & {"table_row", "column"}
    ]


def _without_identity(block: Json) -> Json:
    """What a block says, without who, when and where."""
    return {key: _blanked(value) for key, value in block.items() if key not in _IDENTITY}


_IDENTITY = {"id", "parent", "created_time", "last_edited_time", "created_by", "last_edited_by"}


def _blanked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _blanked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_blanked(each) for each in value]
    return _UUID.sub("<id>", _APP.sub("<app>/", value)) if isinstance(value, str) else value


@needs_recordings
async def test_recorded_appends_give_the_recorded_blocks(ask: Ask, page: str) -> None:
    recorded = _appends()
    assert len(recorded) > 60
    types = set()
    for exchange in recorded:
        answer = await ask.patch(f"blocks/{page}/children", exchange["request"])
        wanted = exchange["response"]
        assert list(answer) == list(wanted)
        assert [list(block) for block in answer["results"]] == [list(block) for block in wanted["results"]]
        assert list(map(_without_identity, answer["results"])) == list(map(_without_identity, wanted["results"]))
        types |= {block["type"] for block in answer["results"]}
    assert len(types) >= 24
