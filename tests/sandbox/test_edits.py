"""Edits from inside the process: a workspace that changes while it is read."""

from typing import Any

import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import Ask, FakeClock, page_titled, page_written_as, source_named
from tests.sandbox.walking import Walk, sdk


def source_database(sandbox: Sandbox, title: str) -> str:
    return sandbox.world.data_sources[source_named(sandbox, title)].database.id


async def test_what_people_do_in_the_app(ask: Ask, sandbox: Sandbox, clock: FakeClock) -> None:
    edit, home = sandbox.edit, page_titled(sandbox, "Home")
    clock.forward(600)
    page = edit.create_page(home, "Harbour trip", "Bring boots.", "Meet at nine.")
    blocks = (await ask.get(f"blocks/{page}/children"))["results"]
    assert [block["paragraph"]["rich_text"][0]["plain_text"] for block in blocks] == ["Bring boots.", "Meet at nine."]
    clock.forward(600)
    edit.rewrite(blocks[0]["id"], "Bring warm boots.")
    edit.append_block(page, "hologram", {"angle": 3})
    edit.rename(page, "Harbour walk")
    edit.comment(blocks[1]["id"], "Make it ten.")
    changed = await ask.get(f"pages/{page}")
    assert changed["properties"]["title"]["title"][0]["plain_text"] == "Harbour walk"
    assert changed["last_edited_time"] > changed["created_time"]
    after = (await ask.get(f"blocks/{page}/children"))["results"]
    assert after[0]["paragraph"]["rich_text"][0]["plain_text"] == "Bring warm boots."
    assert after[2]["hologram"] == {"angle": 3}
    comments = (await ask.get("comments", {"block_id": blocks[1]["id"]}))["results"]
    assert comments[0]["parent"] == {"type": "block_id", "block_id": blocks[1]["id"]}


async def test_generated_pages_can_be_edited_like_any_other(ask: Ask, sandbox: Sandbox) -> None:
    page = page_written_as(sandbox, "many_languages")
    before = [block async for block in ask.every(f"blocks/{page}/children")]
    sandbox.edit.append_paragraph(page, "Start", at_start=True)
    sandbox.edit.trash(before[2]["id"])
    after = [block["id"] async for block in ask.every(f"blocks/{page}/children")]
    assert after[1:] == [block["id"] for block in before if block["id"] != before[2]["id"]]
    sandbox.edit.restore(before[2]["id"])
    assert len([block async for block in ask.every(f"blocks/{page}/children")]) == len(before) + 1


async def test_rows_values_and_relations(ask: Ask, sandbox: Sandbox) -> None:
    tasks, projects = source_named(sandbox, "Tasks"), source_named(sandbox, "Projects")
    project = (await ask.post(f"data_sources/{projects}/query"))["results"][0]
    row = sandbox.edit.create_page(tasks, "Repaint the float")
    sandbox.edit.set_value(row, "Status", "Done")
    sandbox.edit.set_value(row, "Estimate", 4)
    sandbox.edit.relate(row, "Project", project["id"])
    answer = (await ask.get(f"pages/{row}"))["properties"]
    assert answer["Status"]["status"]["name"] == "Done"
    assert answer["Project"]["relation"] == [{"id": project["id"]}]
    hours = project["properties"]["Hours"]["rollup"]["number"]
    again = (await ask.get(f"pages/{project['id']}"))["properties"]
    assert again["Hours"]["rollup"]["number"] == hours + 4


async def test_the_truth_follows_every_edit(sandbox: Sandbox) -> None:
    edit, home = sandbox.edit, page_titled(sandbox, "Home")
    kept = edit.create_page(home, "Kept")
    edit.create_page(kept, "Below")
    edit.append_paragraph(kept, "Words")
    edit.trash(page_written_as(sandbox, "many_languages"))
    edit.trash(source_database(sandbox, "Glossary"))
    edit.move(kept, None)
    for token in sandbox.tokens.values():
        token.shared.add(kept)
    edit.move(edit.create_page(home, "To be a row"), source_named(sandbox, "Meetings"))
    edit.restore(page_titled(sandbox, "Old holiday plan"))
    expected = sandbox.expected()
    async with sdk(sandbox) as client:
        found = (await Walk(client).run()).found
    for kind in ("pages", "rows", "databases", "data_sources", "blocks", "comments"):
        assert found[kind] == expected[kind], kind
    assert kept in expected["pages"]


def test_unknown_ids_are_an_error(sandbox: Sandbox) -> None:
    nowhere = "7855b161-f63e-4683-b7c7-8ca6e97ee266"
    for act in (sandbox.edit.trash, sandbox.edit.restore):
        with pytest.raises(KeyError):
            act(nowhere)
    with pytest.raises(KeyError):
        sandbox.edit.rename(nowhere, "x")


async def test_trashing_from_another_process(ask: Ask, sandbox: Sandbox) -> None:
    page = page_titled(sandbox, "Home")
    assert (await ask.raw("POST", "/_sandbox/trash", json={"id": page})).json() == {"found": True}
    assert (await ask.get(f"pages/{page}"))["in_trash"] is True
    truth = (await ask.raw("GET", "/_sandbox/truth", params={"content": "0"})).json()
    assert page not in truth["pages"]
    await ask.raw("POST", "/_sandbox/trash", json={"id": page, "restore": True})
    truth = (await ask.raw("GET", "/_sandbox/truth")).json()
    assert page in truth["pages"]
    expected: dict[str, Any] = dict(sandbox.expected())
    assert set(truth) == set(expected)
    for kind, ids in expected.items():
        by_place = isinstance(ids, dict)
        assert truth[kind] == ({key: sorted(each) for key, each in ids.items()} if by_place else sorted(ids))


async def test_unsharing_from_another_process(ask: Ask, sandbox: Sandbox) -> None:
    page = page_titled(sandbox, "Home")
    assert (await ask.raw("DELETE", "/_sandbox/share", json={"id": page})).json() == {"connections": 1}
    assert (await ask.raw("GET", f"/v1/pages/{page}")).status_code == 404
    await ask.raw("POST", "/_sandbox/share", json={"id": page})
    assert (await ask.get(f"pages/{page}"))["id"] == page
    assert (await ask.raw("DELETE", "/_sandbox/share", json={"id": "nothing"})).json() == {"connections": 0}
