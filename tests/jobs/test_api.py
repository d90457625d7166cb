"""Jobs over the API."""

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)
JOBS = "/api/v1/o/acme/jobs/"


@pytest.fixture
def api(acme: Tenant) -> Client:
    return acme.api(Role.OPERATOR)


def put_on(tenant: Tenant, word: str = "x", **params: object) -> Job:
    given = {"word": word, **params}
    return inside(tenant, lambda: enqueue("tests.compute", params=given, actor=tenant.system))


def test_list_is_newest_first_in_pages_and_narrows(acme: Tenant, api: Client) -> None:
    failed, *_ = [put_on(acme, "bad", error="config"), put_on(acme, "a"), put_on(acme, "b")]
    run_pending()
    put_on(acme, "c")

    first = api.get(JOBS, {"page_size": 3}).json()
    second = api.get(first["next"]).json()
    titles = [job["title"] for page in (first, second) for job in page["results"]]
    assert titles == ["Compute c", "Compute b", "Compute a", "Compute bad"]
    for status, count in {"complete": 2, "failed": 1, "queued": 1, "active": 1, "running": 0}.items():
        assert len(api.get(JOBS, {"status": status}).json()["results"]) == count, status
    assert api.get(JOBS, {"status": "nonsense"}).status_code == 422
    assert [job["id"] for job in api.get(JOBS, {"status": "failed"}).json()["results"]] == [failed.public_id]


def test_one_job_tells_its_word_its_counts_and_no_row_number(acme: Tenant, api: Client) -> None:
    job = put_on(acme)
    run_pending()

    got = api.get(f"{JOBS}{job.public_id}/").json()

    assert got["status"] == "complete"
    assert (got["done"], got["total"], got["attempt"]) == (2, 2, 1)
    assert got["counts"] == {"pages": {"seen": 2, "done": 2}}
    assert got["result"] == {"word": "x"}
    assert {"pk", "runner", "lane", "params", "organization"}.isdisjoint(got)


def test_events_are_read_forward(acme: Tenant, api: Client) -> None:
    job = put_on(acme)
    run_pending()
    events = f"{JOBS}{job.public_id}/events/"

    everything = api.get(events).json()["results"]
    assert [(event["seq"], event["kind"]) for event in everything] == [
        (1, "queued"),
        (2, "started"),
        (3, "log"),
        (4, "succeeded"),
    ]
    assert [event["seq"] for event in api.get(events, {"after": "2"}).json()["results"]] == [3, 4]
    first = api.get(events, {"page_size": "3"}).json()
    assert [event["seq"] for event in api.get(first["next"]).json()["results"]] == [4]


def test_cancel_and_retry(acme: Tenant, api: Client) -> None:
    job = put_on(acme)

    assert api.post(f"{JOBS}{job.public_id}/cancel/").json()["status"] == "cancelled"
    again = api.post(f"{JOBS}{job.public_id}/cancel/")
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")
    assert api.post(f"{JOBS}{job.public_id}/retry/").json()["status"] == "queued"
    assert api.post(f"{JOBS}{job.public_id}/retry/").status_code == 409


def test_viewers_token_reads_only(acme: Tenant) -> None:
    job = put_on(acme)
    viewer = acme.api(Role.VIEWER)
    assert viewer.get(f"{JOBS}{job.public_id}/").status_code == 200
    assert viewer.post(f"{JOBS}{job.public_id}/cancel/").status_code == 403


def test_job_of_another_organization_is_not_there(acme: Tenant, globex: Tenant, api: Client) -> None:
    theirs = put_on(globex)
    assert api.get(f"{JOBS}{theirs.public_id}/").status_code == 404
    assert api.get(f"{JOBS}{theirs.public_id}/events/").status_code == 404
    assert api.post(f"{JOBS}{theirs.public_id}/cancel/").status_code == 404
    assert api.get(JOBS).json()["results"] == []
