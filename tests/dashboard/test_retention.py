"""Retention as people and programs see it: the preview first, then the rules; one snapshot, asked about first."""

from typing import Any

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.exports.services import create_export
from apps.snapshots.models import Protection, Snapshot
from apps.workspaces.models import Workspace
from tests.exports.worlds import World
from tests.factories.tenants import Tenant
from tests.jobs.elsewhere import inside
from tests.jobs.pending import run_pending

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"last": "1", "daily": "0", "weekly": "0", "monthly": "0", "exports": "0", "time_zone": "UTC"}


@pytest.fixture
def workspace(acme: Tenant) -> Workspace:
    """With three complete snapshots, the first of which was exported."""

    def made() -> Workspace:
        Snapshot.objects.all().delete()
        world = World()
        for number in (1, 2, 3):
            world = World(number=number, workspace=world.workspace) if number > 1 else world
            world.page("Home", id=world.id("home"), blocks=[{"id": world.id("b"), "type": "divider", "day": number}])
            world.close()
        create_export(Snapshot.objects.get(number=1), format="json", actor=acme.system)
        return world.workspace

    found = inside(acme, made)
    run_pending()
    return found


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def numbers(acme: Tenant) -> list[int]:
    return inside(acme, lambda: list(Snapshot.objects.order_by("number").values_list("number", flat=True)))


def shot(acme: Tenant, number: int) -> str:
    return inside(acme, lambda: Snapshot.objects.get(number=number).public_id)


@pytest.fixture
def browser(acme: Tenant) -> Client:
    return acme.browser(Role.ADMIN)


def test_rules_are_previewed_then_saved_then_at_work(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    address = f"/o/acme/workspaces/{workspace.public_id}/retention/"
    assert "no rule deletes anything" in text(browser.get(address))

    page = text(browser.get(address, RULES))
    assert "These rules delete 2 snapshots at once" in page
    assert "Save the rules and delete 2 snapshots" in page
    assert page.index("#2") < page.index("#3"), "what goes stands first"
    assert numbers(acme) == [1, 2, 3]

    assert browser.post(address, RULES)["Location"] == address
    run_pending()
    assert numbers(acme) == [3]
    page = text(browser.get(address))
    assert "Retention of Acme" in page
    assert "newest complete snapshot · newest snapshot · last 1" in page


def test_rules_that_make_no_sense_are_said_and_nothing_is_saved(
    acme: Tenant, workspace: Workspace, browser: Client
) -> None:
    address = f"/o/acme/workspaces/{workspace.public_id}/retention/"
    for method in (browser.get, browser.post):
        answer = method(address, RULES | {"last": "-1", "time_zone": "Mars"})
        assert answer.status_code == 422
        assert "Save the rules" not in text(answer)
    assert numbers(acme) == [1, 2, 3]


def test_an_operator_sees_the_rules_and_cannot_set_them(acme: Tenant, workspace: Workspace) -> None:
    address = f"/o/acme/workspaces/{workspace.public_id}/retention/"
    operator = acme.browser(Role.OPERATOR)
    page = text(operator.get(address, RULES))
    assert "Save the rules" not in page
    assert "may not change it" in page
    assert operator.post(address, RULES).status_code == 403
    assert numbers(acme) == [1, 2, 3]


def test_deleting_by_hand_asks_and_names_the_exports_that_stay(
    acme: Tenant, workspace: Workspace, browser: Client
) -> None:
    first = shot(acme, 1)
    page = text(browser.get(f"/o/acme/snapshots/{first}/delete/"))
    assert "1 export was made from it. It keeps its archive and loses the link to it." in page
    assert "JSON export of snapshot 1 of Acme" in page
    answer = browser.post(f"/o/acme/snapshots/{first}/delete/")
    assert answer.status_code == 302
    assert numbers(acme) == [2, 3]
    exports = text(browser.get("/o/acme/exports/"))
    assert 'Snapshot 1<span class="nh-sub">deleted since</span>' in exports
    listed = acme.api(Role.VIEWER).get("/api/v1/o/acme/exports/").json()["results"]
    assert (listed[0]["snapshot"], listed[0]["snapshot_number"], listed[0]["ready"]) == (None, 1, True)
    detail = text(browser.get(f"/o/acme/exports/{listed[0]['id']}/"))
    assert "Snapshot 1, deleted since" in detail
    archive = browser.get(f"/o/acme/exports/{listed[0]['id']}/download/", follow=True)
    assert b"".join(archive).startswith(b"PK")
    archive.close()


def test_what_has_to_stay_says_why(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    newest = f"/o/acme/snapshots/{shot(acme, 3)}/delete/"
    assert "newest complete snapshot" in text(browser.get(newest))
    assert browser.post(newest).status_code == 409
    assert numbers(acme) == [1, 2, 3]


def test_protecting_on_the_snapshot_s_own_page(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    address = f"/o/acme/snapshots/{shot(acme, 2)}/"
    before = text(browser.get(address))
    assert before.index("Delete…") < before.index("Protect…") < before.index('class="nh-browse"'), "in the head"
    browser.post(f"{address}protect/", {"note": "Before <b>the move</b>"})
    page = text(browser.get(address))
    assert "Before &lt;b&gt;the move&lt;/b&gt;" in page
    assert page.index("Lift the protection") < page.index('class="nh-browse"')
    assert "Protect…" not in page
    assert "Delete…" not in page
    assert 'aria-label="protected"' in text(browser.get("/o/acme/snapshots/"))
    assert "It is protected" in text(browser.get(f"{address}delete/"))
    browser.post(f"{address}unprotect/")
    assert not inside(acme, Protection.objects.exists)


def test_a_program_does_the_same(acme: Tenant, workspace: Workspace) -> None:
    api, base = acme.api(Role.ADMIN), "/api/v1/o/acme"
    here = f"{base}/workspaces/{workspace.public_id}/retention/"
    assert api.get(here).json() == {
        "last": 0, "daily": 0, "weekly": 0, "monthly": 0, "exports": 0, "time_zone": "UTC",
    }  # fmt: skip
    said = api.get(f"{here}preview/", {"last": 2}).json()
    assert (said["goes"], said["stays"], said["rules"]) == (1, 2, "keep the last 2")
    assert said["size"] > 0
    assert [(one["number"], one["goes"]) for one in said["snapshots"]] == [(3, False), (2, False), (1, True)]
    assert api.get(f"{here}preview/", {"last": "many"}).status_code == 422
    assert api.get(f"{here}preview/", {"time_zone": "Mars"}).status_code == 422

    protect = f"{base}/snapshots/{shot(acme, 1)}/protect/"
    assert api.post(protect, {"note": "Audit"}, content_type="application/json").status_code == 200
    assert api.post(protect, {}, content_type="application/json").status_code == 409
    assert api.patch(here, {"last": 1}, content_type="application/json").status_code == 428
    known = {"if-match": api.get(here)["ETag"]}
    assert api.patch(here, {"last": 1}, content_type="application/json", headers=known).json()["last"] == 1
    run_pending()
    assert numbers(acme) == [1, 3]
    assert api.delete(f"{base}/snapshots/{shot(acme, 1)}/").status_code == 409
    assert api.post(f"{base}/snapshots/{shot(acme, 1)}/unprotect/").status_code == 200
    assert api.delete(f"{base}/snapshots/{shot(acme, 1)}/").status_code == 204
    assert numbers(acme) == [3]
    with scope(acme.organization.pk):
        assert not Protection.objects.exists()


def test_the_preview_names_the_exports_that_go(acme: Tenant, workspace: Workspace, browser: Client) -> None:
    given: dict[str, str | int] = {"last": 0, "daily": 0, "weekly": 0, "monthly": 0, "exports": 1, "time_zone": "UTC"}
    page = f"/o/acme/workspaces/{workspace.public_id}/retention/"
    assert "These rules delete nothing now." in text(browser.get(page, given))
    snapshot = inside(acme, lambda: Snapshot.objects.get(public_id=shot(acme, 1)))
    inside(acme, lambda: create_export(snapshot, format="json", actor=acme.system))
    run_pending()
    asked = text(browser.get(page, given))
    assert "1 export goes with its archive" in asked
    assert "Save the rules and delete 1 export<" in asked
    assert "applied right now" in text(browser.post(page, given, follow=True))
