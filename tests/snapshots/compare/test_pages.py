"""The pages of a comparison: who may see them, what they say, and every state they can be in."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.access.roles import Role
from apps.snapshots.models import Kind, Snapshot, SnapshotState
from tests.snapshots.compare.conftest import (
    BORN,
    GONE,
    HOME,
    KEPT,
    MOVED,
    NOBODY,
    ROW,
    SAME,
    TABLE,
    History,
    draft,
    take,
)
from tests.snapshots.test_store import make_workspace

pytestmark = pytest.mark.django_db


SIDE: dict[str, Any] = {"object": str(KEPT), "as": "side"}


@pytest.fixture
def client(history: History) -> Client:
    return history.tenant.browser(Role.VIEWER)


def get(client: Client, address: str, expected: int = 200, **query: str) -> str:
    answer = client.get(f"/o/acme/snapshots/{address}", query)
    assert answer.status_code == expected, answer.content[:300]
    return " ".join(answer.content.decode().split())


def between(before: Snapshot, after: Snapshot) -> str:
    return f"{after.public_id}/compare/{before.public_id}/"


def test_the_list_and_its_sums(history: History, client: Client) -> None:
    text = get(client, between(history.first, history.second))
    assert "What changed from 1 to 2" in text
    for words in ("<b>6</b> all changes", "<b>1</b> added", "<b>1</b> moved", "<b>3</b> changed", "1 to 6 of 6"):
        assert words in text
    assert "Kept &lt;b&gt;" in text
    assert "was “Old name”" in text
    assert "Home → Home / Kept" in text
    assert "Choose an object" in text
    narrowed = get(client, between(history.first, history.second), change="removed", kind="page")
    assert "Going" in narrowed
    assert "Born" not in narrowed
    assert "No change matches" in get(client, between(history.first, history.second), q="nowhere to be found")
    under = get(client, between(history.first, history.second), parent=str(TABLE))
    assert "Only in Table" in under
    assert "1 to 1 of 1" in under


def test_one_object_inline_and_side_by_side(history: History, client: Client) -> None:
    text = get(client, between(history.first, history.second), object=str(KEPT))
    assert "Two words <del>here</del><ins>there</ins>." in text
    assert "4 blocks the same" in text
    assert "1 of 7 blocks changed" in text
    side = get(client, between(history.first, history.second), **SIDE)
    assert "Two words <del>here</del>." in side
    assert "Two words <ins>there</ins>." in side
    whole = get(client, between(history.first, history.second), object=str(KEPT), all="1")
    assert "blocks the same" not in whole
    assert "Seven." in whole
    moved = get(client, between(history.first, history.second), object=str(MOVED))
    assert "Moved from <del>Home</del> to <ins>Home / Kept &lt;b&gt;</ins>" in moved
    assert "Renamed from <del>Old name</del> to <ins>New name</ins>" in moved
    row = get(client, between(history.first, history.second), object=str(ROW))
    assert "<del>48</del>" in row
    assert "<ins>61</ins>" in row
    table = get(client, between(history.first, history.second), object=str(TABLE))
    assert "Hours: <del>48</del> → <ins>61</ins>" in table
    assert "<ins>Hours spent (number)</ins>" in table
    assert "it is not in snapshot 1" in get(client, between(history.first, history.second), object=str(BORN))
    assert "it is not in snapshot 2" in get(client, between(history.first, history.second), object=str(GONE))
    assert "the same in both snapshots" in get(client, between(history.first, history.second), object=str(SAME))
    get(client, between(history.first, history.second), 404, object=str(NOBODY))
    get(client, between(history.first, history.second), 404, object="no id")


def test_a_fragment_is_the_reader_alone(history: History, client: Client) -> None:
    answer = client.get(
        f"/o/acme/snapshots/{between(history.first, history.second)}",
        {"object": str(KEPT)},
        headers={"HX-Request": "true", "HX-Target": "reader"},
    )
    assert "HX-Target" in answer["Vary"]
    text = answer.content.decode()
    assert text.strip().startswith('<section id="reader"')
    assert "all changes" not in text


def test_without_a_choice_the_one_before_is_taken(history: History, client: Client) -> None:
    third = take(history.workspace, 3)
    answer = client.get(f"/o/acme/snapshots/{third.public_id}/compare/")
    assert answer["Location"] == f"/o/acme/snapshots/{between(history.second, third)}"
    first = client.get(f"/o/acme/snapshots/{history.first.public_id}/compare/")
    assert first["Location"] == f"/o/acme/snapshots/{between(history.first, history.second)}"
    query = {"from": third.public_id, "to": history.first.public_id, "object": str(KEPT)}
    chosen = client.get(f"/o/acme/snapshots/{third.public_id}/compare/", query)
    assert chosen["Location"] == f"/o/acme/snapshots/{between(third, history.first)}?object={KEPT}"
    assert "Backwards in time" in get(client, between(history.second, history.first))


def test_states_in_which_there_is_nothing_to_list(history: History, client: Client) -> None:
    assert "These are the same snapshot" in get(client, between(history.first, history.first))
    third = take(history.workspace, 3)
    assert "Nothing changed" in get(client, between(history.second, third))
    lone = take(make_workspace("two"), 1)
    assert "no other snapshot to compare with" in get(client, f"{lone.public_id}/compare/")
    get(client, between(history.first, lone), 404)
    Snapshot.objects.filter(pk=third.pk).update(state=SnapshotState.CANCELLED)
    get(client, between(third, history.second), 404)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SnapshotState.INCOMPLETE, "Snapshot 1 is incomplete"),
        (SnapshotState.FAILED, "Snapshot 1 failed before it had read anything"),
        (SnapshotState.OPEN, "Snapshot 1 is still being taken"),
    ],
)
def test_what_a_snapshot_lacks_is_said_first(history: History, client: Client, state: str, words: str) -> None:
    Snapshot.objects.filter(pk=history.first.pk).update(state=state)
    text = get(client, between(history.first, history.second))
    assert 'role="status"' in text
    assert text.index(words) < text.index("all changes")


def test_the_list_is_paged_with_its_true_total_and_few_queries(history: History, client: Client) -> None:
    many = [draft(Kind.PAGE, type(HOME)(int=1000 + n), f"Page {n:03d}", HOME) for n in range(450)]
    third = take(history.workspace, 3, *many)
    with CaptureQueriesContext(connection) as asked:
        text = get(client, between(history.second, third))
    assert "1 to 200 of 450" in text
    assert len(asked) <= 20
    assert "401 to 450 of 450" in get(client, between(history.second, third), page="3")


def test_doors_into_a_comparison(history: History, client: Client) -> None:
    detail = get(client, f"{history.second.public_id}/", object=str(KEPT))
    assert f"/o/acme/snapshots/{history.second.public_id}/compare/" in detail
    assert f"/o/acme/snapshots/{between(history.first, history.second)}?object={KEPT}" in detail
    assert "Changes since snapshot 1" in detail
    assert f"/o/acme/snapshots/{history.second.public_id}/compare/" in get(client, "")


def test_the_download_is_that_of_the_api(history: History, client: Client) -> None:
    answer = client.get(f"/o/acme/snapshots/{between(history.first, history.second)}download/")
    api = history.tenant.api(Role.VIEWER)
    path = f"/api/v1/o/acme/snapshots/{between(history.first, history.second)}download/"
    assert b"".join(answer) == b"".join(api.get(path))
