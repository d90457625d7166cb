"""What a schedule exports, chosen in its form as for an export of now; and the way between it and its jobs."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.access.roles import Role
from apps.exports.models import Export
from apps.jobs.models import Job, Schedule
from apps.workspaces.models import Workspace
from tests.dashboard.test_schedules import FORM, only, text
from tests.exports.worlds import ORIGIN, World
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)
HOME = str(uuid5(ORIGIN, "home"))
CREATE = "/o/acme/schedules/create/"
CHOSEN = {
    "action": "exports.newest", "format": "json", "json-attachments": "on", "naming": "slug", "layout": "usual",
    "pages": f"https://www.notion.so/Home-{HOME.replace('-', '')}", "depth": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 1, 7, 12, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def workspace(acme: Tenant) -> Workspace:
    """With one complete snapshot of two pages."""

    def made() -> Workspace:
        world = World()
        world.page("Below", world.page("Home", id=HOME))
        world.close()
        return world.workspace

    return inside(acme, made)


@pytest.fixture
def browser(acme: Tenant) -> Client:
    return acme.browser(Role.OPERATOR)


@pytest.fixture
def schedule(acme: Tenant, workspace: Workspace, browser: Client) -> Schedule:
    answer = browser.post(CREATE, FORM | {"workspace": workspace.public_id} | CHOSEN)
    assert answer.status_code == 302, text(answer)
    return only(acme)


def filled_in(page: str) -> dict[str, Any]:
    """What a browser would send if nobody touched the form."""
    given: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = not re.search(r'type="(radio|checkbox)"', tag) or "checked" in tag
        if name and ticked and name[1] != "csrfmiddlewaretoken":
            given[name[1]] = value[1] if value else "on" if "checkbox" in tag else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', options)
        given[name] = chosen[1] if chosen else ""
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        given[name] = value.strip()
    return given


def test_the_form_asks_what_an_export_of_now_asks_and_the_export_is_that_one(
    acme: Tenant, schedule: Schedule, browser: Client
) -> None:
    assert schedule.params == {
        "format": "json",
        "options": schedule.params["options"] | {"pages": [HOME], "depth": 0, "naming": "slug", "attachments": True},
    }
    assert browser.post(f"/o/acme/schedules/{schedule.public_id}/run/").status_code == 302
    run_pending()
    export = inside(acme, Export.objects.get)
    assert (export.format, export.options) == (schedule.params["format"], schedule.params["options"])
    assert inside(acme, lambda: export.word) == "Complete"


@pytest.mark.parametrize("options", [{}, {"naming": "slug", "layout": "flat", "attachments": False, "depth": 3}])
@pytest.mark.parametrize("form", ["markdown", "json", "csv", "html"])
def test_saved_untouched_the_form_changes_nothing_that_was_set_over_the_api(
    acme: Tenant, workspace: Workspace, browser: Client, form: str, options: dict[str, Any]
) -> None:
    known = {key: value for key, value in options.items() if form != "csv" or key != "attachments"}
    asked = {
        "name": "x", "action": "exports.newest", "subject": workspace.public_id, "cron": "30 2 * * *",
        "params": {"format": form, "options": known},
    }  # fmt: skip
    made = acme.api(Role.OPERATOR).post("/api/v1/o/acme/schedules/", asked, content_type="application/json")
    assert made.status_code == 201, made.content
    before = only(acme)
    edit = f"/o/acme/schedules/{before.public_id}/edit/"
    assert browser.post(edit, filled_in(browser.get(edit).content.decode())).status_code == 302
    assert only(acme).params == before.params


def test_what_a_choice_does_not_need_is_not_judged(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    """All fields are in the page; a style sheet hides what a choice does not need."""
    given = FORM | {"workspace": workspace.public_id, "pages": "no id", "depth": "-1", "cron": "x" * 200}
    assert browser.post(CREATE, given).status_code == 302
    assert only(acme).params.keys().isdisjoint(("format", "options"))
    expression = given | {"rhythm": "expression", "cron": "0 9 * * MON", "at": ""}
    assert browser.post(CREATE, expression).status_code == 302


def test_what_makes_no_sense_about_the_export_is_said_at_its_field(
    acme: Tenant, workspace: Workspace, browser: Client
) -> None:
    given = FORM | {"workspace": workspace.public_id} | CHOSEN | {"pages": "no id", "depth": "-1"}
    answer = browser.post(CREATE, given)
    assert answer.status_code == 422
    page = text(answer)
    for words in ("Mend what is marked", "is neither an id nor the address of a page", "greater than or equal to 0"):
        assert words in page
    assert "no id" in page
    assert not inside(acme, Schedule.objects.exists)


def test_a_schedule_and_its_jobs_lead_to_each_other(acme: Tenant, schedule: Schedule, browser: Client) -> None:
    here = f"/o/acme/schedules/{schedule.public_id}/"
    job = browser.post(f"{here}run/")["Location"]
    assert f'<a href="{here}">Schedule “Nightly”</a>' in text(browser.get(job))
    for page in ("/o/acme/schedules/", here):
        assert f'href="{job}"' in text(browser.get(page))
    api = acme.api(Role.VIEWER)
    assert api.get(f"/api/v1{job}").json()["schedule"] == schedule.public_id
    assert [one["schedule"] for one in api.get("/api/v1/o/acme/jobs/").json()["results"]] == [schedule.public_id]
    browser.post(f"{here}delete/")
    assert here not in text(browser.get(job))
    assert api.get(f"/api/v1{job}").json()["schedule"] is None


def test_the_list_of_jobs_asks_for_their_schedules_at_once(acme: Tenant, schedule: Schedule, browser: Client) -> None:
    api, taken = acme.api(Role.VIEWER), []
    for _ in range(3):
        browser.post(f"/o/acme/schedules/{schedule.public_id}/run/")
        run_pending()
        with CaptureQueriesContext(connection) as queries:
            listed = api.get("/api/v1/o/acme/jobs/").json()["results"]
        taken.append(len(queries))
    assert len(listed) == inside(acme, Job.objects.count) == 3
    assert taken[1] == taken[2]
