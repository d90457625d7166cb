"""Huge pages: chunks that are equal on both sides stay packed, and nothing else is told because of that."""

from uuid import UUID, uuid5

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.notion.normalise import canonical
from apps.snapshots.compare.matching import Step
from apps.snapshots.compare.pages import PageDifference, compare_pages, runs
from apps.snapshots.models import Chunk, Kind, ObjectVersion
from apps.snapshots.store.bodies import Line, pack
from apps.snapshots.store.versions import Draft, compare, living
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant
from tests.snapshots.test_store import make_workspace

pytestmark = pytest.mark.django_db

PAGE = UUID(int=7)
LONG = 4_000


@pytest.fixture
def workspace(inside_acme: Tenant) -> Workspace:
    return make_workspace("one")


def name_of(number: int) -> str:
    return str(uuid5(PAGE, str(number)))


def line(number: int, words: str = "") -> Line:
    parent = {"type": "page_id", "page_id": str(PAGE)}
    content = {"rich_text": [{"type": "text", "plain_text": words or f"Line {number}"}]}
    raw = {"id": name_of(number), "parent": parent, "type": "paragraph", "paragraph": content}
    return Line(name_of(number), canonical(raw))


def version(workspace: Workspace, number: int, lines: list[Line]) -> ObjectVersion:
    own = canonical({"object": "page", "id": str(PAGE)})
    compare(workspace.pk, number, [Draft(PAGE, Kind.PAGE, "Long", "", pack(own, lines))]).write()
    return living(workspace.pk).get(object=PAGE)


def retold(found: PageDifference, before: list[Line], after: list[Line]) -> list[str]:
    """The ids of the page after, from the page before and the steps; unread chunks are taken from the page before."""
    old = [one.id for one in before]
    names: list[str] = []
    where = 0
    for at, item in enumerate(found.steps):
        if item.unread:
            stop = next(
                (old.index(step.before.key[0]) for step in found.steps[at + 1 :] if step.before and not step.is_moved),
                len(old),
            )
            names += old[where:stop]
            where = stop
        elif item.after is not None:
            names.append(item.after.key[0])
        if item.before is not None and not item.is_moved:
            where = old.index(item.before.key[0]) + 1
    return names


def test_an_edit_opens_the_chunks_around_it_and_no_others(workspace: Workspace) -> None:
    before = [line(number) for number in range(LONG)]
    after = [*before[:2000], line(LONG, "New"), *before[2001:2500], line(2500, "Edited"), *before[2501:]]
    old, new = version(workspace, 1, before), version(workspace, 2, after)
    assert Chunk.objects.count() > 12
    with CaptureQueriesContext(connection) as asked:
        found = compare_pages(old, new)
    assert len(asked) <= 6
    counts = found.counts
    assert (counts.added, counts.removed, counts.changed, counts.moved) == (1, 1, 1, 0)
    assert (counts.before, counts.after, counts.same) == (LONG, LONG, LONG - 2)
    assert len([step for step in found.steps if step.after]) < LONG / 2
    assert retold(found, before, after) == [one.id for one in after]
    folded = [item for item in runs(found) if not isinstance(item, Step)]
    assert None in folded
    assert found.ordinals == ({}, {})


def test_one_change_at_the_end_leaves_one_run_whose_length_is_known(workspace: Workspace) -> None:
    before = [line(number) for number in range(LONG)]
    found = compare_pages(version(workspace, 1, before), version(workspace, 2, [*before, line(LONG, "New")]))
    numbers = [item for item in runs(found) if isinstance(item, int)]
    assert sum(numbers) == LONG
    assert found.counts.same == LONG


def test_a_block_that_crosses_equal_chunks_is_one_move(workspace: Workspace) -> None:
    before = [line(number) for number in range(LONG)]
    after = [*before[:50], before[3900], *before[50:3900], *before[3901:]]
    found = compare_pages(version(workspace, 1, before), version(workspace, 2, after))
    moved = [step.after.key[0] for step in found.steps if step.after and step.is_moved]
    assert moved == [name_of(3900)]
    assert found.counts.different == 1


def test_a_page_that_grew_past_the_limit_is_compared_block_by_block(workspace: Workspace) -> None:
    before = [line(number) for number in range(900)]
    after = [line(number) for number in range(1_200)]
    found = compare_pages(version(workspace, 1, before), version(workspace, 2, after))
    assert (found.counts.added, found.counts.same) == (300, 900)
    back = compare_pages(living(workspace.pk).get(object=PAGE), ObjectVersion.objects.get(until_no=2))
    assert (back.counts.removed, back.counts.same) == (300, 900)
