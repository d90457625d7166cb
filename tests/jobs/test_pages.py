"""The pages of jobs, as a browser and its polling see them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.access.roles import Role
from apps.jobs.models import Job, Status
from apps.jobs.services import enqueue
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(acme: Tenant) -> Client:
    return acme.browser(Role.OPERATOR)


def put_on(tenant: Tenant, kind: str = "tests.compute", lane: str | None = None, **params: object) -> Job:
    given = {"word": "x", **params}
    return inside(tenant, lambda: enqueue(kind, params=given, lane=lane, actor=tenant.system))


def address(name: str, job: Job) -> str:
    return reverse(f"jobs:{name}", args=["acme", job.public_id])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_list_shows_jobs_and_narrows(acme: Tenant, browser: Client) -> None:
    put_on(acme, word="first")
    run_pending()
    put_on(acme, word="second")
    listed = reverse("jobs:list", args=["acme"])

    everything = text(browser.get(listed))
    active = text(browser.get(listed, {"state": "active"}))

    assert everything.index("Compute second") < everything.index("Compute first")
    assert "Compute first" not in active
    assert "Compute second" in active


def test_list_takes_as_many_queries_for_three_jobs_as_for_one(acme: Tenant, browser: Client) -> None:
    listed = reverse("jobs:list", args=["acme"])
    browser.get(listed)  # the first visit notes who was seen
    taken = []
    for more in (1, 2):
        for _ in range(more):
            put_on(acme)
        with CaptureQueriesContext(connection) as queries:
            browser.get(listed)
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_running_job_is_polled_and_the_end_stops_it(acme: Tenant, browser: Client) -> None:
    job = put_on(acme)
    page = text(browser.get(address("detail", job)))
    assert address("progress", job) in page
    assert address("log", job) in page
    assert browser.get(address("progress", job), {"state": "queued"}, headers={"HX-Request": "true"}).status_code == 200

    run_pending()

    ended = browser.get(address("progress", job), {"state": "running"}, headers={"HX-Request": "true"})
    assert ended.status_code == 286
    assert "Complete" in text(ended)
    assert "<html" not in text(ended)


def polled(browser: Client, job: Job, shown: str) -> str:
    return text(browser.get(address("progress", job), {"state": shown}, headers={"HX-Request": "true"}))


def becomes(tenant: Tenant, job: Job, **columns: object) -> None:
    inside(tenant, lambda: Job.objects.filter(pk=job.pk).update(**columns))


def test_every_poll_brings_the_rate_budget_and_only_a_change_the_rest(acme: Tenant, browser: Client) -> None:
    job = put_on(acme)
    budget = {"used": 117, "limit": 240, "window": 5.0, "resets_in": 4.2, "slowed": 0}
    becomes(acme, job, status=Status.RUNNING, started_at=timezone.now(), budget=budget)

    same, changed = polled(browser, job, "running"), polled(browser, job, "queued")

    for answer in (same, changed):
        assert 'id="job-budget"' in answer
        assert "117 of 240 requests in 5 s" in answer
    for region in ("job-head", "job-facts", "log-title", "tally-jobs", "nav-running"):
        assert f'id="{region}"' not in same
        assert f'id="{region}"' in changed
    assert "4 s" not in same, "what was true at the checkpoint is not true now"


def test_the_end_takes_along_what_would_still_claim_to_run(acme: Tenant, browser: Client) -> None:
    job = put_on(acme)
    run_pending()
    ended = polled(browser, job, "running")
    assert '<h2 id="log-title" hx-swap-oob="true">Log</h2>' in ended
    assert "nh-spin" not in ended
    assert "requests in" not in ended


def test_a_job_that_is_being_cancelled_says_so_and_offers_it_no_more(acme: Tenant, browser: Client) -> None:
    job = put_on(acme)
    becomes(acme, job, status=Status.RUNNING, started_at=timezone.now())
    assert "Cancel job…" in text(browser.get(address("detail", job)))

    becomes(acme, job, cancel_requested=True)

    for answer in (text(browser.get(address("detail", job))), polled(browser, job, "running")):
        assert "Cancelling…" in answer
        assert "Cancel job…" not in answer
    assert 'id="job-head"' not in polled(browser, job, "cancelling")


def test_the_proof_reads_the_same_in_the_head_the_sum_and_the_list(acme: Tenant, browser: Client) -> None:
    counts = {"pages": {"seen": 431, "done": 415, "skipped": 16}}
    job = put_on(acme, "tests.count", "one", counts=counts)
    run_pending()

    page = text(browser.get(address("detail", job)))
    listed = text(browser.get(reverse("jobs:list", args=["acme"])))

    assert "complete ✓ 431 of 431" in page
    assert '<span class="big">431 of 431</span>' in page
    assert "accounted for · 415 done, 16 left out" in page
    assert "415 of 431" not in page
    for answer in (page, listed):
        assert "16 left out, with reasons" in answer
    assert "431 of 431" in listed


def test_log_gives_what_came_after(acme: Tenant, browser: Client) -> None:
    job = put_on(acme)
    run_pending()

    later = browser.get(address("log", job), {"after": "2"}, headers={"HX-Request": "true"})
    nothing = browser.get(address("log", job), {"after": "4"})

    assert (later.status_code, nothing.status_code) == (286, 286)
    assert text(later).index("Complete, 2 of 2") < text(later).index("half way")
    assert "Queued by" not in text(later)
    assert "half way" not in text(nothing)


@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 30])
def test_log_takes_a_senseless_number_as_none(acme: Tenant, browser: Client, after: str) -> None:
    job = put_on(acme)
    assert "Queued by" in text(browser.get(address("log", job), {"after": after}))


def test_incomplete_job_names_what_is_missing(acme: Tenant, browser: Client) -> None:
    counts = {"pages": {"seen": 10, "done": 7, "failed": 3}}
    job = put_on(acme, "tests.count", "one", counts=counts, missing=3)
    run_pending()

    page = text(browser.get(address("detail", job)))

    for words in ("Incomplete", "Not shared with this connection", "Page 0", "Retry only these 3", "7 of 10"):
        assert words in page, words


def test_cancel_and_retry(acme: Tenant, browser: Client) -> None:
    job = put_on(acme)

    assert browser.post(address("cancel", job))["Location"] == address("detail", job)
    assert inside(acme, lambda: Job.objects.get(pk=job.pk).status) == Status.CANCELLED
    assert "has ended already" in text(browser.post(address("cancel", job), follow=True))

    browser.post(address("retry", job))
    assert inside(acme, lambda: Job.objects.get(pk=job.pk).status) == Status.QUEUED
    assert "did not complete" in text(browser.post(address("retry", job), follow=True))


def test_viewer_may_look_and_not_touch(acme: Tenant) -> None:
    job = put_on(acme)
    viewer = acme.browser(Role.VIEWER)
    page = viewer.get(address("detail", job))
    assert page.status_code == 200
    assert address("cancel", job) not in text(page)
    assert viewer.post(address("cancel", job)).status_code == 403
    assert inside(acme, lambda: Job.objects.get(pk=job.pk).status) == Status.QUEUED


def test_job_of_another_organization_is_not_there(acme: Tenant, globex: Tenant, browser: Client) -> None:
    theirs = put_on(globex)
    for name in ("detail", "progress", "log"):
        assert browser.get(address(name, theirs)).status_code == 404
    for name in ("cancel", "retry"):
        assert browser.post(address(name, theirs)).status_code == 404
