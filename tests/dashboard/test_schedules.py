"""Schedules as people and programs make, read and change them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.jobs.models import Job, Outcome, Schedule, ScheduleRun
from apps.jobs.schedules.due import start_due
from apps.jobs.schedules.starting import note
from apps.workspaces.models import Workspace
from tests.exports.worlds import World
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
FORM = {
    "name": "Nightly", "action": "snapshots.capture", "format": "markdown", "rhythm": "daily", "at": "02:30",
    "cron": "",
    "time_zone": "Europe/Vienna", "jitter": "0", "missed": "once",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def workspace(acme: Tenant) -> Workspace:
    """With one complete snapshot."""

    def made() -> Workspace:
        world = World()
        world.page("Home")
        world.close()
        return world.workspace

    return inside(acme, made)


@pytest.fixture
def browser(acme: Tenant) -> Client:
    return acme.browser(Role.OPERATOR)


def only(acme: Tenant) -> Schedule:
    return inside(acme, Schedule.objects.get)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_person_makes_one_reads_it_changes_it_and_deletes_it(
    acme: Tenant, workspace: Workspace, browser: Client
) -> None:
    made = browser.post("/o/acme/schedules/create/", FORM | {"workspace": workspace.public_id})
    schedule = only(acme)
    assert made["Location"] == f"/o/acme/schedules/{schedule.public_id}/"
    assert (schedule.cron, schedule.time_zone) == ("30 2 * * *", "Europe/Vienna")
    assert schedule.next_at == datetime(2026, 1, 8, 1, 30, tzinfo=UTC)

    page = text(browser.get(made["Location"]))
    assert "Thu 8 Jan 2026, 02:30" in page
    assert "It was not due yet" in page
    for address in ("/o/acme/schedules/", f"/o/acme/workspaces/{workspace.public_id}/?tab=schedules"):
        assert "Every day, 02:30" in text(browser.get(address))

    edit = f"{made['Location']}edit/"
    assert 'value="02:30"' in text(browser.get(edit))
    changed = FORM | {"rhythm": "expression", "cron": "15 6 * * tue", "action": "exports.newest", "format": "json"}
    assert browser.post(edit, changed).status_code == 302
    schedule = only(acme)
    assert (schedule.cron, schedule.action, schedule.params["format"]) == ("15 6 * * TUE", "exports.newest", "json")
    assert "15 6 * * TUE" in text(browser.get(edit))

    browser.post(f"{made['Location']}delete/")
    assert not inside(acme, Schedule.objects.exists)


def test_the_next_runs_are_shown_before_anything_is_saved(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    given = FORM | {"workspace": workspace.public_id, "rhythm": "expression", "cron": "0 9 * * MON", "preview": "1"}
    page = text(browser.post("/o/acme/schedules/create/", given))
    for day in ("12 Jan", "19 Jan", "26 Jan", "2 Feb", "9 Feb"):
        assert f"Mon {day} 2026, 09:00" in page
    assert 'value="Nightly"' in page
    assert not inside(acme, Schedule.objects.exists)


def test_the_next_runs_are_a_fragment_for_htmx(workspace: Workspace, browser: Client) -> None:
    answer = browser.post("/o/acme/schedules/create/", FORM | {"workspace": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in text(answer)
    assert "Thu 8 Jan 2026, 02:30" in text(answer)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rhythm": "expression", "cron": "0 25 * * *"}, "The hour of this expression is not understood"),
        ({"rhythm": "expression"}, "Write the expression"),
        ({"jitter": "86400"}, "less than or equal to 21600"),
        ({"rhythm": "hourly", "jitter": "3600"}, "shorter than the time between two runs"),
        ({"action": "snapshots.prune"}, "not one of the available choices"),
        ({"name": ""}, "required"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    acme: Tenant, workspace: Workspace, browser: Client, given: dict[str, str], said: str
) -> None:
    """An operator may not delete snapshots, so the form offers no retention."""
    answer = browser.post("/o/acme/schedules/create/", FORM | {"workspace": workspace.public_id} | given)
    assert answer.status_code == 422
    assert said in text(answer)
    assert not inside(acme, Schedule.objects.exists)


def test_paused_resumed_and_run_by_hand(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    browser.post("/o/acme/schedules/create/", FORM | {"workspace": workspace.public_id, "action": "exports.newest"})
    address = f"/o/acme/schedules/{only(acme).public_id}/"
    browser.post(f"{address}pause/")
    assert "It is paused." in text(browser.get(address))
    started = browser.post(f"{address}run/")
    assert started["Location"].startswith("/o/acme/jobs/job_")
    page = text(browser.get(address))
    assert "by hand" in page
    assert "asked for by " in page
    assert browser.post(f"{address}run/")["Location"] == address
    assert "has not ended yet" in text(browser.get(address))
    browser.post(f"{address}resume/")
    assert only(acme).enabled


def test_a_viewer_reads_and_changes_nothing(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    browser.post("/o/acme/schedules/create/", FORM | {"workspace": workspace.public_id})
    address = f"/o/acme/schedules/{only(acme).public_id}/"
    viewer = acme.browser(Role.VIEWER)
    page = text(viewer.get(address))
    assert "Nightly" in page
    assert "Run now" not in page
    for action in ("pause", "run", "delete", "edit"):
        assert viewer.post(f"{address}{action}/").status_code == 403
    assert only(acme).enabled


def test_home_names_what_did_not_start(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    browser.post("/o/acme/schedules/create/", FORM | {"workspace": workspace.public_id})
    schedule = only(acme)
    inside(acme, lambda: note(schedule, NOON, NOON, Outcome.FAILED, "Nothing could be started."))
    page = text(browser.get("/o/acme/"))
    assert "Nightly did not start" in page
    assert "Nothing could be started." in page


def test_an_export_by_the_clock_is_the_export_of_a_person(
    acme: Tenant, workspace: Workspace, browser: Client, clock: time_machine.Traveller
) -> None:
    browser.post(
        "/o/acme/schedules/create/",
        FORM | {"workspace": workspace.public_id, "action": "exports.newest", "format": "json"},
    )
    clock.shift(timedelta(hours=14))
    start_due(timezone.now())
    run_pending()
    run = inside(acme, lambda: ScheduleRun.objects.select_related("job").get())
    assert run.word == "Complete"
    assert run.job is not None
    assert run.job.kind == "exports.render"


def test_without_a_complete_snapshot_nothing_is_exported(
    acme: Tenant, browser: Client, clock: time_machine.Traveller
) -> None:
    empty = inside(acme, lambda: World("Empty").workspace)
    browser.post("/o/acme/schedules/create/", FORM | {"workspace": empty.public_id, "action": "exports.newest"})
    clock.shift(timedelta(hours=14))
    start_due(timezone.now())
    run = inside(acme, ScheduleRun.objects.get)
    assert (run.outcome, run.reason) == (
        Outcome.SKIPPED,
        "Empty has no complete snapshot yet, so there is nothing to export.",
    )


def test_a_program_does_the_same(acme: Tenant, workspace: Workspace) -> None:
    api = acme.api(Role.ADMIN)
    base = "/api/v1/o/acme"
    names = [action["name"] for action in api.get(f"{base}/schedule-actions/").json()["results"]]
    ours = [name for name in names if not name.startswith("tests.")]  # tests of the jobs may have declared theirs
    assert ours == ["snapshots.capture", "exports.after_capture", "exports.newest", "snapshots.prune"]
    times = api.get(f"{base}/schedule-times/", {"cron": "30 2 * * *", "time_zone": "Europe/Vienna"}).json()["times"]
    assert times[:2] == ["2026-01-08T01:30:00Z", "2026-01-09T01:30:00Z"]
    refused = api.get(f"{base}/schedule-times/", {"cron": "61 * * * *"}).json()
    assert [wrong["parameter"] for wrong in refused["errors"]] == ["cron"]

    asked = {
        "name": "Nightly", "action": "exports.newest", "subject": workspace.public_id, "cron": "30 2 * * *",
        "time_zone": "Europe/Vienna", "jitter": 60, "params": {"format": "json", "options": {"depth": 1}},
    }  # fmt: skip
    made = api.post(f"{base}/schedules/", asked, content_type="application/json")
    assert made.status_code == 201, made.content
    schedule = made.json()
    assert schedule["params"]["options"]["depth"] == 1
    assert schedule["due_at"] == "2026-01-08T01:30:00Z"
    here = f"{base}/schedules/{schedule['id']}/"

    changed = api.patch(here, {"cron": "0 * * * *", "jitter": 0}, content_type="application/json").json()
    assert (changed["name"], changed["next_at"]) == ("Nightly", "2026-01-07T13:00:00Z")
    assert api.post(f"{here}pause/").json()["next_at"] is None
    assert api.post(f"{here}pause/").status_code == 409
    assert api.post(f"{here}run/").status_code == 202
    assert api.post(f"{here}run/").status_code == 409
    assert api.post(f"{here}resume/").json()["enabled"] is True
    runs = api.get(f"{here}runs/").json()["results"]
    assert [(run["outcome"], run["status"], bool(run["job"])) for run in runs] == [("started", "queued", True)]
    listed = api.get(f"{base}/schedules/", {"subject": workspace.public_id}).json()["results"]
    assert [one["id"] for one in listed] == [schedule["id"]]
    assert api.delete(here).status_code == 204
    assert api.get(here).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "snapshots.burn"}, {"params": {"format": "papyrus"}}, {"params": {"colour": "red"}},
        {"params": {"options": "all"}}, {"params": {"options": ["naming"]}}, {"params": {"options": 0}},
        {"cron": "never"}, {"time_zone": "Mars"}, {"missed": "twice"}, {"colour": "red"},
    ],
)  # fmt: skip
def test_a_program_is_told_what_is_wrong(acme: Tenant, workspace: Workspace, wrong: dict[str, Any]) -> None:
    asked = {"name": "x", "action": "exports.newest", "subject": workspace.public_id, "cron": "0 2 * * *"} | wrong
    answer = acme.api(Role.OPERATOR).post("/api/v1/o/acme/schedules/", asked, content_type="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    with scope(acme.organization.pk):
        assert not Schedule.objects.exists()
        assert not Job.objects.exists()
