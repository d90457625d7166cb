"""Uses every endpoint of the sandbox that was recorded at Notion, on a world with everything in it, and keeps the
shapes of what it answers.
"""

from typing import Any

import httpx

from apps.sandbox import Sandbox
from apps.sandbox.world.objects import Page
from tests.sandbox.asking import Ask, FakeClock, source_named, words
from tests.sandbox.shapes import Json, Shapes

NOWHERE = "7855b161-f63e-4683-b7c7-8ca6e97ee266"
IMAGE = {"type": "external", "external": {"url": "https://pictures.example/a.png"}}
EMOJI = {"type": "emoji", "emoji": "🌊"}
EDITS: dict[str, Json] = {
    "bookmark": {"caption": words("b")},
    "callout": {"rich_text": words("c")},
    "code": {"language": "python"},
    "column": {"width_ratio": 0.4},
    "embed": {"caption": words("e")},
    "equation": {"expression": "1"},
    "file": {"caption": words("f")},
    "heading_1": {"rich_text": words("h")},
    "image": {"caption": words("i")},
    "paragraph": {"rich_text": words("p")},
    "pdf": {"caption": words("d")},
    "table": {"has_row_header": True},
    "to_do": {"checked": True},
    "video": {"caption": words("v")},
}
"""An update of a block of each type that was recorded being updated."""
SCHEMA: Json = {
    "Done": {"checkbox": {}},
    "Words": {"rich_text": {}, "description": "What it says"},
    "Mail": {"email": {}},
    "Phone": {"phone_number": {}},
    "Empty": {"formula": {"expression": 'prop("Words")'}},
    "Made by": {"created_by": {}},
    "Edited by": {"last_edited_by": {}},
}
"""What a new table gets: values that nobody fills, and people that are programs."""


class Recorder(Ask):
    """Asks, and keeps the shape of each answer."""

    def __init__(self, sandbox: Sandbox, version: str) -> None:
        super().__init__(sandbox, version=version)
        self.shapes = Shapes()

    async def raw(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        response = await super().raw(method, path, headers=headers, **more)
        self.shapes.see(method, path, response.json())
        return response


async def shapes_of_everything(version: str) -> Shapes:
    clock = FakeClock()
    sandbox = Sandbox.generate(pages=120, seed=1, clock=clock, sleep=clock.sleep)
    ask = Recorder(sandbox, version)
    blocks = await _read(ask)
    await _read_tables(ask)
    await _refusals(ask)
    await _write_blocks(ask, blocks)
    await _write_pages(ask)
    await _write_tables(ask)
    await _upload(ask)
    clock.forward(3700)
    await ask.get("file_uploads", {"page_size": 1})
    await ask.get("file_uploads")
    return ask.shapes


def _world_pages(ask: Recorder, *, rows: bool) -> list[Page]:
    seen = ask.sandbox.expected(content=False)["rows" if rows else "pages"]
    return [page for page in ask.sandbox.world.by_no if page.id in seen]


async def _read(ask: Recorder) -> dict[str, Json]:
    """Pages, their blocks, people and what is found by searching. One block of each type is given back."""
    me = await ask.get("users/me")
    await ask.get(f"users/{me['id']}")
    for path in ("users", "custom_emojis", "file_uploads"):
        await ask.get(path)
    await ask.post("search")
    found = await ask.post("search", {"query": "Handbook", "page_size": 1})
    while found["has_more"]:
        found = await ask.post("search", {"query": "Handbook", "start_cursor": found["next_cursor"]})
    blocks: dict[str, Json] = {}
    for page in _world_pages(ask, rows=False) + _world_pages(ask, rows=True)[:5]:
        await ask.get(f"pages/{page.id}")
        comments = (await ask.get("comments", {"block_id": page.id}))["results"]
        for comment in comments[:1]:
            await ask.get(f"comments/{comment['id']}")
        await _read_blocks(ask, page.id, blocks)
    for block in blocks.values():
        await ask.get(f"blocks/{block['id']}")
    return blocks


async def _read_blocks(ask: Recorder, parent: str, found: dict[str, Json]) -> None:
    children = await ask.raw("GET", f"/v1/blocks/{parent}/children")
    for block in children.json().get("results", []):
        found.setdefault(block["type"], block)
        if block["has_children"] and block["type"] != "child_page":
            await _read_blocks(ask, block["id"], found)


async def _read_tables(ask: Recorder) -> None:
    world = ask.sandbox.world
    for database_id in sorted(ask.sandbox.expected(content=False)["databases"]):
        database = await ask.get(f"databases/{database_id}")
        for view in (await ask.get("views", {"database_id": database_id}))["results"]:
            await ask.get(f"views/{view['id']}")
        for source in database["data_sources"]:
            await ask.get(f"data_sources/{source['id']}")
            await ask.get(f"data_sources/{source['id']}/templates")
            await ask.post(f"data_sources/{source['id']}/query", {"page_size": 1})
            rows = await ask.post(f"data_sources/{source['id']}/query")
            for row in rows["results"][:3]:
                for prop in row["properties"].values():
                    await ask.get(f"pages/{row['id']}/properties/{prop['id']}")
            assert world.data_sources[source["id"]].database.id == database_id


async def _refusals(ask: Recorder) -> None:
    await ask.refusal("GET", "pages/12345678-1234-1234-1234-123456789abc")
    for path in (f"pages/{NOWHERE}", f"users/{NOWHERE}", "invalid"):
        await ask.refusal("GET", path)
    stranger = {**ask.headers, "authorization": "Bearer ntn_unknown"}
    assert (await ask.raw("GET", "/v1/users", headers=stranger)).status_code == 401


async def _write_blocks(ask: Recorder, blocks: dict[str, Json]) -> None:
    for kind, block in blocks.items():
        if kind in EDITS:
            await ask.patch(f"blocks/{block['id']}", {kind: EDITS[kind]})
    row = blocks["table_row"]
    await ask.patch(f"blocks/{row['id']}", {"table_row": {"cells": row["table_row"]["cells"]}})
    await ask.patch(f"blocks/{blocks['child_database']['id']}", {"in_trash": False})
    page = _world_pages(ask, rows=False)[0].id
    children = [
        {"paragraph": {"rich_text": words("Text")}},
        {"heading_1": {"rich_text": words("Heading")}},
        {"link_to_page": {"type": "page_id", "page_id": page}},
        {"image": IMAGE},
        {"audio": IMAGE},
        {"pdf": IMAGE},
        {"table": {"table_width": 1, "children": [{"table_row": {"cells": [words("cell")]}}]}},
        {"column_list": {"children": [{"column": {"children": [{"divider": {}}]}}] * 2}},
    ]
    made = (await ask.patch(f"blocks/{page}/children", {"children": children}))["results"]
    inside = [child for block in made[-2:] for child in (await ask.get(f"blocks/{block['id']}/children"))["results"]]
    for block in (*inside[:2], *made, blocks["child_page"]):
        await ask.delete(f"blocks/{block['id']}")


async def _write_pages(ask: Recorder) -> None:
    parent = {"page_id": _world_pages(ask, rows=False)[1].id}
    title = {"title": {"title": words("New")}}
    page = await ask.post("pages", {"parent": parent, "properties": title, "icon": EMOJI, "cover": IMAGE})
    await ask.patch(f"pages/{page['id']}", {"icon": EMOJI, "cover": IMAGE})
    other = await ask.post("pages", {"parent": parent, "properties": title})
    await ask.post(f"pages/{page['id']}/move", {"parent": {"page_id": other["id"]}})
    await ask.post(f"pages/{other['id']}/move", {"parent": parent})
    await ask.patch(f"pages/{other['id']}", {"in_trash": True})
    comment = await ask.post("comments", {"parent": parent, "rich_text": words("Well done")})
    await ask.patch(f"comments/{comment['id']}", {"rich_text": words("Done")})
    await ask.delete(f"comments/{comment['id']}")


async def _write_tables(ask: Recorder) -> None:
    parent = {"page_id": _world_pages(ask, rows=False)[1].id}
    tasks = source_named(ask.sandbox, "Tasks")
    database = await ask.post("databases", {"parent": parent, "title": words("New"), "icon": EMOJI})
    source = database["data_sources"][0]["id"]
    relation = {"relation": {"data_source_id": tasks, "single_property": {}}}
    rolled = ("Name", "Estimate", "Due")
    await ask.patch(f"data_sources/{source}", {"icon": EMOJI, "properties": {**SCHEMA, "Tasks": relation}})
    rollups = {f"All {name}": {"rollup": _shown(name)} for name in rolled}
    await ask.patch(f"data_sources/{source}", {"properties": rollups})
    linked = [{"id": row.id} for row in ask.sandbox.world.data_sources[tasks].rows[:20]]
    row = await ask.post("pages", {"parent": {"data_source_id": source}, "properties": {"Tasks": {"relation": linked}}})
    await ask.patch(f"pages/{row['id']}", {"properties": {"Done": {"checkbox": True}}})
    for prop in row["properties"].values():
        await ask.get(f"pages/{row['id']}/properties/{prop['id']}")
    further = {"parent": {"database_id": database["id"]}, "properties": {"N": {"title": {}}}, "icon": EMOJI}
    await ask.post("data_sources", further)
    await ask.post("data_sources", {**further, "icon": None})
    await ask.patch(f"databases/{database['id']}", {"title": words("Newer")})
    bare = await ask.post("databases", {"parent": parent})
    await ask.patch(f"databases/{bare['id']}", {"is_inline": False})
    await ask.patch(f"data_sources/{bare['data_sources'][0]['id']}", {"title": words("Bare")})
    await ask.delete(f"blocks/{database['id']}")


def _shown(name: str) -> Json:
    return {"relation_property_name": "Tasks", "rollup_property_name": name, "function": "show_original"}


async def _upload(ask: Recorder) -> None:
    upload = await ask.post("file_uploads", {"filename": "a.txt", "content_type": "text/plain"})
    files = {"file": ("a.txt", b"words", "text/plain")}
    assert (await ask.raw("POST", f"/v1/file_uploads/{upload['id']}/send", files=files)).status_code == 200
    await ask.get(f"file_uploads/{upload['id']}")
    elsewhere = {"mode": "external_url", "filename": "b.png", "external_url": "https://pictures.example/b.png"}
    await ask.post("file_uploads", elsewhere)
    await ask.post("file_uploads", {"mode": "multi_part", "filename": "c.bin", "number_of_parts": 2})
    await ask.get("file_uploads")
