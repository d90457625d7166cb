"""Comparisons over the API: the list, one object, the whole as a stream; and what each says of gaps."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework import serializers

from apps.access.roles import Role
from apps.core.tenancy import current_organization_id
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.serializers import ChangesSerializer, ObjectDifferenceSerializer
from apps.snapshots.compare.stream import FORMAT, Document
from apps.snapshots.models import Snapshot, SnapshotState
from tests.snapshots.compare.conftest import BORN, GONE, KEPT, MOVED, NOBODY, ROW, SAME, TABLE, History, take
from tests.snapshots.test_store import make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(history: History) -> Client:
    return history.tenant.api(Role.VIEWER)


def get(client: Client, before: Snapshot, after: Snapshot, path: str = "", expected: int = 200, **query: str) -> Any:
    answer = client.get(f"/api/v1/o/acme/snapshots/{after.public_id}/compare/{before.public_id}/{path}", query)
    assert answer.status_code == expected, answer.content
    return answer.json()


def test_the_list_names_every_object_that_changed(history: History, client: Client) -> None:
    answer = get(client, history.first, history.second)
    assert {one["id"]: one["changes"] for one in answer["results"]} == {
        str(BORN): ["added"],
        str(GONE): ["removed"],
        str(MOVED): ["moved", "renamed"],
        str(KEPT): ["changed"],
        str(TABLE): ["changed"],
        str(ROW): ["changed"],
    }
    moved = next(one for one in answer["results"] if one["id"] == str(MOVED))
    assert (moved["title_before"], moved["title"]) == ("Old name", "New name")
    assert (moved["place_before"], moved["place"]) == ("Home", "Home / Kept <b>")
    assert answer["counts"] == {
        "total": 6,
        "by_change": {"added": 1, "removed": 1, "moved": 1, "renamed": 1, "changed": 3},
        "changed_at_most": False,
        "by_kind": {"data_source": 1, "page": 4, "row": 1},
    }
    comparison = answer["comparison"]
    assert (comparison["before"]["number"], comparison["after"]["number"]) == (1, 2)
    assert (comparison["incomplete"], comparison["caveats"], answer["next"]) == ([], [], "")
    backwards = get(client, history.second, history.first)
    assert {one["id"] for one in backwards["results"] if one["changes"] == ["added"]} == {str(GONE)}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"change": "added"}, {BORN}),
        ({"change": "changed"}, {KEPT, TABLE, ROW}),
        ({"change": "moved"}, {MOVED}),
        ({"kind": "row"}, {ROW}),
        ({"parent": str(TABLE)}, {ROW}),
        ({"q": "kept"}, {KEPT}),
        ({"kind": "page", "change": "removed"}, {GONE}),
    ],
)
def test_the_list_is_narrowed(history: History, client: Client, query: dict[str, Any], ids: set[Any]) -> None:
    answer = get(client, history.first, history.second, **query)
    assert {one["id"] for one in answer["results"]} == {str(one) for one in ids}


@pytest.mark.parametrize("query", [{"change": "b"}, {"kind": "b"}, {"parent": "b"}, {"after": "b"}, {"after": "a.1."}])
def test_what_cannot_be_asked_is_refused(history: History, client: Client, query: dict[str, str]) -> None:
    answer = client.get(
        f"/api/v1/o/acme/snapshots/{history.second.public_id}/compare/{history.first.public_id}/", query
    )
    assert answer.status_code == 422
    assert [wrong["parameter"] for wrong in answer.json()["errors"]] == list(query)


def test_one_object_is_told_down_to_the_word(history: History, client: Client) -> None:
    kept = get(client, history.first, history.second, f"objects/{KEPT}/")["object"]
    assert kept["content"]["counts"] | {"same": 6, "changed": 1} == kept["content"]["counts"]
    same, block, rest = kept["content"]["items"]
    assert (same, rest) == ({"same": 1}, {"same": 5})
    assert [(piece["op"], piece["text"]) for piece in block["text"]] == [
        ("same", "Two words "),
        ("removed", "here"),
        ("added", "there"),
        ("same", "."),
    ]
    row = get(client, history.first, history.second, f"objects/{ROW}/")["object"]
    assert [(one["name"], one["before"], one["after"]) for one in row["properties"]] == [("Hours", "48", "61")]
    table = get(client, history.first, history.second, f"objects/{TABLE}/")["object"]
    assert [(one["changes"], one["after"]) for one in table["columns"]] == [(["renamed"], "Hours spent (number)")]
    assert get(client, history.first, history.second, f"objects/{SAME}/")["object"]["changes"] == []
    assert get(client, history.first, history.second, f"objects/{BORN}/")["object"]["before"] is None
    get(client, history.first, history.second, f"objects/{NOBODY}/", expected=404)


def test_a_snapshot_of_another_workspace_is_not_found(history: History, client: Client) -> None:
    stranger = take(make_workspace("two"), 1)
    get(client, stranger, history.second, expected=404)
    get(client, history.first, stranger, expected=404)
    get(client, stranger, history.second, "download/", expected=404)


def test_every_answer_says_that_a_snapshot_is_incomplete(history: History, client: Client) -> None:
    Snapshot.objects.filter(pk=history.first.pk).update(
        state=SnapshotState.INCOMPLETE, counts={"pages": {"seen": 9, "done": 7, "failed": 2}}
    )
    for path in ("", f"objects/{KEPT}/"):
        told = get(client, history.first, history.second, path)["comparison"]
        assert told["incomplete"] == [1]
        assert told["caveats"][0]["sentence"].startswith("Snapshot 1 is incomplete: 2 objects could not be read.")
    assert downloaded(client, history)["comparison"]["incomplete"] == [1]


def downloaded(client: Client, history: History) -> Any:
    return json.loads(stream(client, history))


def stream(client: Client, history: History) -> bytes:
    path = f"/api/v1/o/acme/snapshots/{history.second.public_id}/compare/{history.first.public_id}/download/"
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="compare-1-2.json"'
    return b"".join(answer)


def test_the_whole_is_one_document_that_never_changes(history: History, client: Client) -> None:
    whole = downloaded(client, history)
    listed = get(client, history.first, history.second)
    assert whole["format"] == FORMAT
    assert whole["comparison"] == listed["comparison"]
    assert whole["counts"] == listed["counts"]
    assert [one["id"] for one in whole["objects"]] == [one["id"] for one in listed["results"]]
    for one in whole["objects"]:
        assert one == get(client, history.first, history.second, f"objects/{one['id']}/")["object"]
    assert stream(client, history) == stream(client, history)


def test_a_stream_is_read_after_its_request_in_the_scope_of_its_request(history: History) -> None:
    document = Document(Pair(history.first, history.second))
    parts = [next(document)]
    assert current_organization_id() == history.tenant.organization.pk
    parts += list(document)
    assert json.loads(b"".join(parts))["counts"]["total"] == 6


def test_the_schema_has_every_key_that_is_written(history: History, client: Client) -> None:
    listed = get(client, history.first, history.second)
    assert keys(ChangesSerializer()) == written(listed)
    found: set[str] = set()
    for one in (KEPT, ROW, TABLE, MOVED):
        found |= written(get(client, history.first, history.second, f"objects/{one}/"))
    described = keys(ObjectDifferenceSerializer())
    assert found <= described
    optional = {f"object.columns.{rest}" for rest in ("options", "fields")}
    assert {
        key
        for key in described - found
        if not key.startswith((*optional, "object.fields", "comparison.", "object.content.items.fields"))
    } == set()


def keys(serializer: Any, prefix: str = "") -> set[str]:
    """Dotted names of all fields."""
    found: set[str] = set()
    for name, field in serializer.get_fields().items():
        inner = field.child if isinstance(field, serializers.ListSerializer) else field
        found.add(f"{prefix}{name}")
        if isinstance(inner, serializers.BaseSerializer) and not prefix.endswith("caveats."):
            found |= keys(inner, f"{prefix}{name}.") if name != "caveats" else set()
    return found


def written(value: Any, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict) and not prefix.endswith(("by_change.", "by_kind.")):
            for name, inner in each.items():
                found |= {f"{prefix}{name}"} | written(inner, f"{prefix}{name}.")
    return found
