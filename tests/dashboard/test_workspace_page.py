"""The pages of a workspace while it is being captured."""

import re

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.jobs.models import Job
from apps.jobs.services import cancel_job
from apps.snapshots.services import start_capture
from apps.workspaces.models import Workspace
from tests.exports.worlds import World
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("", "?tab=snapshots", "?tab=exports", "?tab=schedules", "?tab=keys", "settings/", "retention/")


@pytest.fixture
def workspace(acme: Tenant) -> Workspace:
    def made() -> Workspace:
        world = World()
        world.close()
        return world.workspace

    return inside(acme, made)


@pytest.fixture
def browser(acme: Tenant) -> Client:
    return acme.browser(Role.ADMIN)


@pytest.fixture
def capture(acme: Tenant, workspace: Workspace) -> Job:
    return inside(acme, lambda: start_capture(workspace, actor=acme.system))


def shown(browser: Client, workspace: Workspace, page: str) -> str:
    return browser.get(f"/o/acme/workspaces/{workspace.public_id}/{page}").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_follows_the_capture_until_it_has_ended(
    acme: Tenant, browser: Client, workspace: Workspace, capture: Job, page: str
) -> None:
    running = shown(browser, workspace, page)
    asked = re.search(r'id="workspace-head" hx-get="([^"]+)" hx-trigger="every 5s"', running)
    assert asked
    assert asked[1] == f"/o/acme/workspaces/{workspace.public_id}/{page}"
    assert capture.public_id in running

    inside(acme, lambda: cancel_job(capture, actor=acme.system))

    ended = shown(browser, workspace, page)
    assert "every 5s" not in ended
    assert capture.public_id not in ended
    assert "Capture now" in ended


@pytest.mark.parametrize("page", PAGES)
def test_the_poll_names_regions_that_are_there_and_no_form(
    browser: Client, workspace: Workspace, capture: Job, page: str
) -> None:
    running = shown(browser, workspace, page)
    named = running.partition('hx-select-oob="')[2].partition('"')[0].split(",")
    assert ("#workspace-tab" in named) == (not page.endswith("/"))
    for region in ("#workspace-head", *named):
        assert running.count(f'id="{region.removeprefix("#")}"') == 1, region
