"""Exports over the API, from the list of formats to the bytes."""

from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.snapshots.models import Snapshot
from tests.exports.samples import ordinary
from tests.exports.worlds import World
from tests.factories.tenants import Tenant, make_tenant
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = "/api/v1/o/acme/"


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def snapshot(tenant: Tenant) -> Snapshot:
    with scope(tenant.organization.pk):
        return ordinary(World())


def created(tenant: Tenant, snapshot: Snapshot, **more: object) -> dict[str, object]:
    body = {"snapshot": snapshot.public_id, "format": "markdown"} | more
    answer = tenant.api(Role.OPERATOR).post(f"{ROOT}exports/", body, content_type="application/json")
    assert answer.status_code == 202, answer.content
    made: dict[str, object] = answer.json()
    return made


def test_the_formats_tell_their_options(tenant: Tenant) -> None:
    answer = tenant.api(Role.VIEWER).get(f"{ROOT}export-formats/").json()["results"]
    formats = {form["key"]: form for form in answer}
    assert {"json", "markdown"} <= formats.keys()
    assert [option["key"] for option in formats["markdown"]["options"]] == [
        "naming",
        "layout",
        "attachments",
        "comments",
    ]
    naming = formats["json"]["options"][0]
    assert (naming["key"], naming["default"]) == ("naming", "id")
    assert {"value": "slug", "label": "Slug: road-map"} in naming["choices"]


def test_an_export_is_created_watched_and_downloaded(tenant: Tenant, snapshot: Snapshot) -> None:
    made = created(tenant, snapshot, options={"comments": False})
    assert (made["status"], made["ready"], made["size"]) == ("queued", False, None)
    assert made["options"] == {
        "pages": [],
        "depth": None,
        "naming": "title_and_id",
        "layout": "hierarchical",
        "attachments": True,
        "comments": False,
    }
    run_pending()

    program = tenant.api(Role.VIEWER)
    shown = program.get(f"{ROOT}exports/{made['id']}/").json()
    assert (shown["status"], shown["ready"], shown["error"]) == ("complete", True, "")
    assert shown["counts"]["pages"] == {"seen": 2, "done": 2, "skipped": 0, "capped": 0, "failed": 0}
    asked = program.get(f"{ROOT}exports/{made['id']}/download/", headers={"accept": "application/zip"})
    assert (asked.status_code, asked["Cache-Control"]) == (302, "private, no-store")
    answer = Client().get(asked["Location"])
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    assert sha256(content).hexdigest() == shown["sha256"]
    assert answer["Content-Length"] == str(len(content)) == str(shown["size"])
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="acme-export-1-snapshot-1-markdown.zip"'
    assert answer["ETag"] == f'"{shown["sha256"]}"'
    with scope(tenant.organization.pk):
        assert AuditEntry.objects.filter(event="export.downloaded").count() == 1


def test_who_has_the_archive_is_told_so_and_it_is_no_download(tenant: Tenant, snapshot: Snapshot) -> None:
    made = created(tenant, snapshot)
    run_pending()
    program = tenant.api(Role.VIEWER)
    path = f"{ROOT}exports/{made['id']}/download/"
    answer = program.get(path, follow=True)
    answer.close()
    again = program.get(path, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with scope(tenant.organization.pk):
        assert AuditEntry.objects.filter(event="export.downloaded").count() == 1


def test_before_it_is_ready_a_download_is_a_conflict_with_words(tenant: Tenant, snapshot: Snapshot) -> None:
    made = created(tenant, snapshot)
    answer = tenant.api(Role.VIEWER).get(f"{ROOT}exports/{made['id']}/download/", headers={"accept": "application/zip"})
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "This export cannot be downloaded: it is queued, and there is no archive."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"snapshot": "snp_nothing", "format": "json"}, "snapshot"),
        ({"format": "docx"}, "format"),
        ({"format": "json", "options": {"colour": True}}, "options"),
        ({"format": "json", "options": {"attachments": "yes"}}, "options"),
        ({"format": "json", "options": [1]}, "options"),
        ({"format": "json", "colour": True}, "colour"),
        ({}, "format"),
    ],
)
def test_what_cannot_be_accepted_is_named(
    tenant: Tenant, snapshot: Snapshot, body: dict[str, object], field: str
) -> None:
    given = {"snapshot": snapshot.public_id} | body
    answer = tenant.api(Role.OPERATOR).post(f"{ROOT}exports/", given, content_type="application/json")
    assert answer.status_code == 422
    assert f"#/{field}" in [wrong["pointer"] for wrong in answer.json()["errors"]]


def test_the_list_filters_and_asks_as_many_questions_for_three_as_for_one(tenant: Tenant, snapshot: Snapshot) -> None:
    program = tenant.api(Role.VIEWER)
    program.get(f"{ROOT}exports/")
    counts = []
    for key, options in (("json", {}), ("markdown", {}), ("json", {"attachments": False})):
        created(tenant, snapshot, format=key, options=options)
        with CaptureQueriesContext(connection) as queries:
            listed = program.get(f"{ROOT}exports/").json()["results"]
        counts.append(len(queries))
    assert [one["number"] for one in listed] == [3, 2, 1]
    assert counts[0] == counts[2]
    assert [one["number"] for one in program.get(f"{ROOT}exports/?format=json").json()["results"]] == [3, 1]
    assert program.get(f"{ROOT}exports/?state=complete").json()["results"] == []
    assert len(program.get(f"{ROOT}exports/?state=queued&snapshot={snapshot.public_id}").json()["results"]) == 3


def test_a_stranger_and_an_auditor_get_nothing(tenant: Tenant, snapshot: Snapshot) -> None:
    made = created(tenant, snapshot)
    run_pending()
    path = f"{ROOT}exports/{made['id']}/download/"
    assert make_tenant("globex").api(Role.OWNER).get(path).status_code == 404
    assert tenant.api(Role.AUDITOR).get(path).status_code == 403


def test_the_same_export_is_not_made_twice_at_once(tenant: Tenant, snapshot: Snapshot) -> None:
    created(tenant, snapshot, format="json")
    body = {"snapshot": snapshot.public_id, "format": "json"}
    again = tenant.api(Role.OPERATOR).post(f"{ROOT}exports/", body, content_type="application/json")
    assert again.status_code == 409
    assert "on its way" in again.json()["detail"]
