"""Reading data sources: every row, whatever happens to cursors, and no end that is not one."""

from typing import Any
from uuid import uuid4

import pytest

from apps.notion.client import NotionClient
from apps.notion.errors import (
    InvalidCursor,
    MalformedResponse,
)
from apps.sandbox import Sandbox, times
from apps.sandbox.world.objects import DataSource
from apps.snapshots.capture.data_sources import DataSourceReader, Window
from apps.snapshots.capture.steps import Step
from apps.snapshots.models import Kind, NodeKind, NodeState
from tests.snapshots.readers.nodes import node, outcome
from tests.snapshots.wrapping import Wrapped, invalid, not_found


def largest(sandbox: Sandbox) -> DataSource:
    return max(sandbox.world.data_sources.values(), key=lambda source: len(source.rows))


async def read_all(sandbox: Sandbox, source: str, dead_cursors: int = 0) -> tuple[list[str], Step]:
    """All steps of a data source, each resumed from what the one before stored, by when its cursor may be dead."""
    reader = DataSourceReader(Wrapped(sandbox).client(sandbox.token))
    found: list[str] = []
    cursor = ""
    for number in range(200):
        step = await reader.read(node(source, Kind.DATA_SOURCE, cursor=cursor))
        found += [str(row.object) for row in step.found if row.kind == Kind.ROW]
        if step.state is not None:
            return found, step
        cursor = step.cursor
        if number < dead_cursors:
            sandbox.service.cursors.expire_all()
    raise AssertionError("The listing does not end.")


async def test_rows_come_in_portions(big: Sandbox) -> None:
    source = largest(big)
    found, step = await read_all(big, source.id)
    assert len(found) > 100
    assert sorted(found) == sorted(row.id for row in source.rows if not row.in_trash)
    assert step.state == NodeState.DONE


@pytest.mark.parametrize("dead", [2, 200])
async def test_rows_are_complete_although_cursors_die(big: Sandbox, dead: int) -> None:
    source = largest(big)
    found, step = await read_all(big, source.id, dead)
    assert set(found) == {row.id for row in source.rows if not row.in_trash}
    assert step.state == NodeState.DONE


async def test_cursors_that_die_without_end_in_one_minute_are_given_up(sandbox: Sandbox) -> None:
    source = largest(sandbox)
    for row in source.rows:
        row.created = source.rows[0].created
    stuck = Window(after=source_time(source), last=source_time(source), cursor="s:x:y", restarts=5)
    reader = DataSourceReader(Wrapped(sandbox).client(sandbox.token))
    with pytest.raises(InvalidCursor):
        await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=stuck.stored()))


def source_time(source: DataSource) -> str:
    return times.minute(source.rows[0].created)


async def test_a_data_source_that_goes_away_says_so(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    source = largest(sandbox)
    reader = DataSourceReader(client)
    begun = await reader.read(node(source.id, Kind.DATA_SOURCE))
    notion.answer(f"/data_sources/{source.id}", not_found("data_source"))
    step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=begun.cursor))
    assert (outcome(step), step.gone) == ((NodeState.SKIPPED, "vanished"), True)
    assert outcome(await reader.read(node(source.id, Kind.DATA_SOURCE))) == (NodeState.SKIPPED, "not_shared")
    hinted = await reader.read(node(source.id, Kind.DATA_SOURCE, hinted=True))
    assert outcome(hinted) == (NodeState.OUTSIDE, "")


async def test_a_trashed_data_source_is_skipped(client: NotionClient, sandbox: Sandbox) -> None:
    source = largest(sandbox)
    source.database.in_trash = True
    step = await DataSourceReader(client).read(node(source.id, Kind.DATA_SOURCE))
    assert outcome(step) == (NodeState.SKIPPED, "trashed")


async def test_a_data_source_without_an_archive_is_complete(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    source = largest(sandbox)
    reader = DataSourceReader(client)
    step = await reader.read(node(source.id, Kind.DATA_SOURCE))
    step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=step.cursor))
    notion.answer("/query", invalid("body failed validation: body.is_archived should be not present."))
    step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=step.cursor))
    assert step.state == NodeState.DONE


@pytest.mark.parametrize(
    "broken",
    [
        lambda raw: raw | {"has_more": True, "next_cursor": None},
        lambda raw: {name: value for name, value in raw.items() if name != "results"},
    ],
)
async def test_a_query_that_makes_no_sense_is_no_end_of_the_rows(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped, broken: Any
) -> None:
    source = largest(sandbox)
    reader = DataSourceReader(client)
    begun = await reader.read(node(source.id, Kind.DATA_SOURCE))
    notion.answer("/query", broken)
    with pytest.raises(MalformedResponse):
        await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=begun.cursor))


async def test_a_wiki_holds_rows_and_data_sources(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    source = largest(sandbox)
    inner = {"object": "data_source", "id": str(uuid4()), "parent": {"type": "data_source_id"}, "title": []}
    partial = {"object": "page", "id": str(uuid4())}
    reader = DataSourceReader(client)
    begun = await reader.read(node(source.id, Kind.DATA_SOURCE))
    notion.answer("/query", lambda raw: raw | {"results": [inner, partial]})
    step = await reader.read(node(source.id, Kind.DATA_SOURCE, cursor=begun.cursor))
    assert [(found.kind, found.raw is not None) for found in step.found] == [
        (Kind.DATA_SOURCE, True),
        (Kind.ROW, False),
    ]


async def test_templates_that_are_not_given_are_said_and_cost_nothing_else(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    source = largest(sandbox)
    notion.answer("/templates", invalid())
    step = await DataSourceReader(client).read(node(source.id, Kind.DATA_SOURCE))
    assert [found.reason for found in step.found if found.kind == NodeKind.TEMPLATES] == ["unlisted"]
    assert step.drafts[0].packed.lines == 0
