"""Home asks for itself while something runs, and only then."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from apps.access.roles import Role
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(acme: Tenant, settings: Settings) -> Client:
    settings.JOBS = {**settings.JOBS, "modules": ["tests.jobs.kinds"]}
    inside(
        acme,
        lambda: Workspace.objects.create(
            name="Studio",
            notion_id="w",
            bot_id="b",
            base_url="http://sandbox.test",
            rate_limit=180,
            rate_window=60.0,
        ),
    )
    return acme.browser(Role.OPERATOR)


def home(browser: Client) -> str:
    return browser.get(reverse("dashboard:home", args=["acme"])).content.decode()


def test_a_queued_job_is_shown_and_followed_to_its_end(acme: Tenant, browser: Client) -> None:
    assert "every 5s" not in home(browser)

    job: Job = inside(acme, lambda: enqueue("tests.compute", params={"word": "x"}, actor=acme.system))
    waiting = home(browser)
    run_pending()
    ended = home(browser)

    assert job.public_id in waiting
    assert "Queued" in waiting
    assert "waits for its turn" in waiting
    assert 'hx-trigger="every 5s"' in waiting
    assert 'id="home-running"' in ended
    assert "every 5s" not in ended
    assert job.public_id not in ended


def test_every_region_that_the_poll_names_is_there_whatever_runs(acme: Tenant, browser: Client) -> None:
    inside(acme, lambda: enqueue("tests.compute", params={"word": "x"}, actor=acme.system))
    page = home(browser)
    named = page.partition('hx-select-oob="')[2].partition('"')[0].split(",")
    run_pending()
    ended = home(browser)
    assert len(named) > 5
    for region in named:
        assert page.count(f'id="{region.removeprefix("#")}"') == 1, region
        assert ended.count(f'id="{region.removeprefix("#")}"') == 1, region
