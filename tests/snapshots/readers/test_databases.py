"""Reading databases and views: real ones, linked ones, and those that are gone."""

import pytest

from apps.notion.client import NotionClient
from apps.notion.errors import ValidationFailed
from apps.sandbox import Sandbox
from apps.sandbox.world.objects import Page
from apps.snapshots.capture.databases import DatabaseReader, ViewReader
from apps.snapshots.capture.places import Places
from apps.snapshots.models import Kind, NodeKind, NodeState
from tests.snapshots.readers.nodes import keeper, node, outcome
from tests.snapshots.wrapping import Wrapped, invalid, not_found


async def test_a_database_that_only_shows_another_is_linked(client: NotionClient, sandbox: Sandbox) -> None:
    reader = DatabaseReader(client, Places(client), keeper(client))
    for database in sandbox.world.databases.values():
        if database.linked:
            assert isinstance(database.parent, Page)
            step = await reader.read(node(database.id, Kind.DATABASE, place=database.parent.id))
            assert outcome(step) == (NodeState.SKIPPED, "linked_database")
            hinted = await reader.read(node(database.id, Kind.DATABASE, hinted=True))
            assert hinted.state == NodeState.OUTSIDE


async def test_a_database_that_is_gone_has_vanished(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    database = next(
        each for each in sandbox.world.databases.values() if isinstance(each.parent, Page) and not each.linked
    )
    assert isinstance(database.parent, Page)
    reader = DatabaseReader(client, Places(client), keeper(client))
    database.in_trash = True
    step = await reader.read(node(database.id, Kind.DATABASE))
    assert outcome(step) == (NodeState.SKIPPED, "trashed")
    notion.answer(f"/databases/{database.id}", not_found("database"))
    step = await reader.read(node(database.id, Kind.DATABASE, place=database.parent.id))
    assert outcome(step) == (NodeState.SKIPPED, "vanished")


async def test_a_view_that_is_gone_has_vanished(client: NotionClient, sandbox: Sandbox, notion: Wrapped) -> None:
    view = next(iter(sandbox.world.views))
    reader = ViewReader(client)
    assert (await reader.read(node(view, Kind.VIEW))).state == NodeState.DONE
    notion.answer("/views/", not_found("view"))
    assert outcome(await reader.read(node(view, Kind.VIEW))) == (NodeState.SKIPPED, "vanished")


async def test_the_views_of_a_database_are_a_listing_of_their_own(
    client: NotionClient, sandbox: Sandbox, notion: Wrapped
) -> None:
    database = next(each for each in sandbox.world.databases.values() if len(each.views) > 1)
    notion.answer("/views", invalid("No views here."))
    step = await DatabaseReader(client, Places(client), keeper(client)).read(node(database.id, Kind.DATABASE))
    assert step.state == NodeState.DONE
    (views,) = [found for found in step.found if found.kind == NodeKind.VIEWS]
    listing = node(views.object, NodeKind.VIEWS)
    listing.parent = views.parent
    with pytest.raises(ValidationFailed):
        await ViewReader(client).read(listing)
    notion.forget()
    listed = await ViewReader(client).read(listing)
    assert {str(found.object) for found in listed.found} == {view.id for view in database.views}
