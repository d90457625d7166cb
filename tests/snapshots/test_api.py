"""Snapshots over the API: who may see them, what they give, and taking one."""

from contextvars import Context
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.access.roles import Role
from apps.jobs.models import Job
from apps.snapshots import selectors
from apps.snapshots.models import Snapshot
from tests.factories.tenants import make_tenant
from tests.jobs.pending import run_pending
from tests.snapshots.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def snapshot(studio: Studio) -> Snapshot:
    return studio.capture()


@pytest.fixture
def client(studio: Studio) -> Client:
    return studio.tenant.api(Role.VIEWER)


def get(client: Client, path: str, **query: str) -> Any:
    answer = client.get(f"/api/v1/o/acme/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_snapshot_tells_its_reconciliation(studio: Studio, snapshot: Snapshot, client: Client) -> None:
    one = get(client, f"snapshots/{snapshot.public_id}/")
    assert (one["id"], one["number"], one["status"]) == (snapshot.public_id, 1, "complete")
    assert one["workspace"] == studio.workspace.public_id
    assert one["counts"] == snapshot.counts
    assert {told["code"] for told in one["not_covered"]} >= {"block_comments"}
    assert one["job"] == Job.objects.get().public_id
    listed = get(client, "snapshots/", workspace=studio.workspace.public_id, status="complete")
    assert [each["id"] for each in listed["results"]] == [snapshot.public_id]
    assert get(client, "snapshots/", workspace="ws_of_nobody")["results"] == []
    assert get(client, "snapshots/", status="failed")["results"] == []


def test_the_tree_can_be_walked_and_searched(studio: Studio, snapshot: Snapshot, client: Client) -> None:
    path = f"snapshots/{snapshot.public_id}/objects/"
    found: set[str] = set()
    waiting = [""]
    while waiting:
        parent = waiting.pop()
        level = get(client, path, **({"parent": parent} if parent else {}))
        assert level["next"] == ""
        found |= {entry["id"] for entry in level["results"]}
        waiting += [entry["id"] for entry in level["results"] if entry["count"]]
    truth = studio.sandbox.expected()
    tables = truth["databases"] | truth["data_sources"] | truth["rows"] | truth["templates"]
    assert found == truth["pages"] | tables
    some = selectors.roots(snapshot).entries[0]
    assert str(some.id) in {entry["id"] for entry in get(client, path, q=some.title)["results"]}


def test_an_object_is_given_raw_with_its_blocks_and_as_markdown(
    studio: Studio, snapshot: Snapshot, client: Client
) -> None:
    page, blocks = max(studio.sandbox.expected()["blocks"].items(), key=lambda item: len(item[1]))
    path = f"snapshots/{snapshot.public_id}/objects/{page}/"
    one = get(client, path)
    assert (one["raw"]["id"], one["lines"]) == (page, len(blocks))
    listed = get(client, f"{path}blocks/")
    assert {block["id"] for block in listed["results"]} == blocks
    assert (listed["total"], listed["next"]) == (len(blocks), "")
    assert get(client, f"{path}blocks/", after=str(len(blocks) - 2))["results"] == listed["results"][-2:]
    for accept in ("*/*", "text/markdown", "application/json"):
        answer = client.get(f"/api/v1/o/acme/{path}markdown/", headers={"accept": accept})
        assert (answer.status_code, answer["content-type"]) == (200, "text/markdown; charset=utf-8")
        assert one["title"] in answer.content.decode()


def test_a_stored_file_is_a_download_and_never_a_page_of_ours(
    studio: Studio, snapshot: Snapshot, client: Client
) -> None:
    for file_id in studio.content(snapshot).objects["file"]:
        answer = client.get(f"/api/v1/o/acme/snapshots/{snapshot.public_id}/files/{file_id}/", follow=True)
        body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        stored = get(client, f"snapshots/{snapshot.public_id}/objects/{file_id}/")["raw"]
        assert (answer.status_code, len(body)) == (200, stored["size"])
        assert answer["content-disposition"].startswith("attachment")
        assert "sandbox" in answer["content-security-policy"]
        assert answer["x-content-type-options"] == "nosniff"


def test_what_is_missing_is_listed_with_reason_and_help(snapshot: Snapshot, client: Client) -> None:
    rows = get(client, f"snapshots/{snapshot.public_id}/unmet/", outcome="skipped")["results"]
    assert {row["reason"] for row in rows} >= {"linked_database", "external_file", "trashed"}
    linked = next(row for row in rows if row["reason"] == "linked_database")
    assert linked["help"] == "person"
    assert "share the original" in linked["sentence"]
    assert get(client, f"snapshots/{snapshot.public_id}/unmet/", outcome="failed")["results"] == []
    only = get(client, f"snapshots/{snapshot.public_id}/unmet/", reason="trashed")["results"]
    assert {row["reason"] for row in only} == {"trashed"}


def test_a_capture_is_started_and_done_by_a_job(studio: Studio) -> None:
    operator = studio.tenant.api(Role.OPERATOR)
    path = f"/api/v1/o/acme/workspaces/{studio.workspace.public_id}/captures/"
    answer = operator.post(path, {"comments": "none"}, content_type="application/json")
    assert answer.status_code == 202, answer.content
    again = operator.post(path, {}, content_type="application/json")
    assert (again.status_code, "already on its way" in again.json()["detail"]) == (409, True)
    run_pending()
    snapshot = Snapshot.objects.get()
    job = get(operator, f"jobs/{answer.json()['id']}/")
    assert (job["status"], job["result"]) == ("complete", {"snapshot": snapshot.public_id})
    assert snapshot.options == {"comments": "none", "mode": "auto"}


@pytest.mark.parametrize(
    ("role", "status"), [(Role.VIEWER, 403), (Role.AUDITOR, 403), (Role.BILLING, 403), (Role.OPERATOR, 202)]
)
def test_only_who_may_capture_captures(studio: Studio, role: Role, status: int) -> None:
    path = f"/api/v1/o/acme/workspaces/{studio.workspace.public_id}/captures/"
    answer = studio.tenant.api(role).post(path, {}, content_type="application/json")
    assert answer.status_code == status
    assert Snapshot.objects.exists() == (status == 202)


@pytest.mark.parametrize("body", [{"comments": "some"}, {"coments": "none"}, {"comments": None}, [1]])
def test_options_that_do_not_exist_start_nothing(studio: Studio, body: Any) -> None:
    path = f"/api/v1/o/acme/workspaces/{studio.workspace.public_id}/captures/"
    answer = studio.tenant.api(Role.OPERATOR).post(path, body, content_type="application/json")
    assert answer.status_code == 422
    assert not Snapshot.objects.exists()


BELOW = (
    "",
    "unmet/",
    "objects/",
    "objects/{object}/",
    "objects/{object}/blocks/",
    "objects/{object}/markdown/",
    "files/{object}/",
)


def test_strangers_find_nothing_and_unknown_objects_are_not_found(
    studio: Studio, snapshot: Snapshot, client: Client
) -> None:
    some = selectors.roots(snapshot).entries[0].id
    outsider = Context().run(lambda: make_tenant("globex").api(Role.OWNER))
    accountant = studio.tenant.api(Role.BILLING)
    for below in BELOW:
        path = f"snapshots/{snapshot.public_id}/{below.format(object=some)}"
        assert Context().run(outsider.get, f"/api/v1/o/acme/{path}").status_code == 404, below
        assert Context().run(outsider.get, f"/api/v1/o/globex/{path}").status_code == 404, below
        assert accountant.get(f"/api/v1/o/acme/{path}").status_code == 403, below
        if "{object}" in below:
            unknown = f"snapshots/{snapshot.public_id}/{below.format(object=uuid4())}"
            assert client.get(f"/api/v1/o/acme/{unknown}").status_code == 404, below


def test_a_wrong_question_is_a_problem(snapshot: Snapshot, client: Client) -> None:
    for query in ({"parent": "not-a-uuid"}, {"after": "x"}, {"after": "9" * 30}):
        answer = client.get(f"/api/v1/o/acme/snapshots/{snapshot.public_id}/objects/", query)
        assert answer.status_code == 422
        assert answer["content-type"] == "application/problem+json"


def test_the_number_of_queries_does_not_grow_with_what_is_shown(snapshot: Snapshot, client: Client) -> None:
    entries = sorted(selectors.roots(snapshot).entries, key=lambda entry: entry.count)
    path = f"/api/v1/o/acme/snapshots/{snapshot.public_id}/objects/"
    counted = []
    for entry in (entries[0], entries[-1]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(path, {"parent": str(entry.id)})
        counted.append(len(queries))
    assert counted[1] <= counted[0] + 1
