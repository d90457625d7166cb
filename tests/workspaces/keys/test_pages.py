"""The rotation as a person walks it, and over the API."""

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.sandbox import Sandbox
from apps.workspaces.models import WorkspaceKey
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.workspaces.keys.connected import Connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studio(acme: Tenant, sandbox: Sandbox) -> Connected:
    with scope(acme.organization.pk):
        return Connected.by_token(acme, sandbox)


def at(studio: Connected, rest: str) -> str:
    return f"/o/{studio.tenant.slug}/workspaces/{studio.workspace.public_id}/{rest}"


def keys(studio: Connected) -> list[str]:
    with scope(studio.tenant.organization.pk):
        return [key.word for key in WorkspaceKey.objects.select_related("workspace").order_by("number")]


def body(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_person_walks_from_the_tab_to_the_new_key_and_back(studio: Connected) -> None:
    browser = studio.tenant.browser(Role.ADMIN)
    assert at(studio, "keys/add/") in body(browser, at(studio, "?tab=keys"))
    added = browser.post(at(studio, "keys/add/"), {"token": studio.another_token(), "expires_on": "2099-01-31"})
    assert added["Location"] == at(studio, "keys/2/prove/")
    assert "is being compared" in body(browser, added["Location"])
    assert browser.get(at(studio, "keys/add/"))["Location"] == at(studio, "keys/2/prove/"), "it goes on where it was"
    run_pending()
    proof = browser.get(added["Location"], headers={"hx-request": "true", "hx-target": "proof"})
    assert proof.status_code == 286
    assert "Nothing would be lost" in proof.content.decode()
    assert "<html" not in proof.content.decode()
    assert "becomes" in body(browser, at(studio, "keys/2/promote/")) or "New requests use key 2" in body(
        browser, at(studio, "keys/2/promote/")
    )
    promoted = browser.post(at(studio, "keys/2/promote/"), {"grace_days": "5"})
    assert promoted["Location"] == at(studio, "keys/2/grace/")
    assert keys(studio) == ["Retiring", "Active"]
    assert "Go back to key 1" in body(browser, promoted["Location"])
    browser.post(at(studio, "keys/1/restore/"))
    assert keys(studio) == ["Active", "Retiring"]
    browser.post(at(studio, "keys/2/retire/"))
    assert keys(studio) == ["Active", "Retired"]
    assert "Delete it in Notion as well" in body(browser, at(studio, "?tab=keys"))


def test_losses_stand_first_and_promoting_takes_the_tick_and_the_reason(studio: Connected) -> None:
    browser = studio.tenant.browser(Role.OWNER)
    lost = next(iter(studio.sandbox.world.shared_by_default()))
    browser.post(at(studio, "keys/add/"), {"token": studio.another_token(without={lost.id})})
    run_pending()
    page = body(browser, at(studio, "keys/2/prove/"))
    assert page.index("Promoting now would lose 1 of") < page.index('id="compared"')
    for given in ({}, {"despite": "on"}, {"because": "It moved"}):
        assert browser.post(at(studio, "keys/2/promote/"), {"grace_days": "7", **given}).status_code == 422
    assert keys(studio) == ["Active", "Pending"]
    whole = {"grace_days": "7", "despite": "on", "because": "It moved"}
    assert browser.post(at(studio, "keys/2/promote/"), whole).status_code == 302
    assert keys(studio) == ["Retiring", "Active"]


def test_a_wrong_key_gets_its_sentence_and_nothing_is_stored(studio: Connected) -> None:
    browser = studio.tenant.browser(Role.OWNER)
    answer = browser.post(at(studio, "keys/add/"), {"token": "ntn_" + "x" * 46})
    assert answer.status_code == 422
    assert "Notion does not accept this key" in answer.content.decode()
    assert keys(studio) == ["Active"]


def test_revoking_takes_a_reason_and_leaves_a_workspace_that_says_why(studio: Connected) -> None:
    browser = studio.tenant.browser(Role.OWNER)
    assert browser.post(at(studio, "keys/1/revoke/"), {"because": ""}).status_code == 422
    assert browser.post(at(studio, "keys/1/revoke/"), {"because": "In a screenshot"}).status_code == 302
    assert keys(studio) == ["Retired"]
    assert "In a screenshot" in body(browser, at(studio, ""))


def test_a_stale_sign_in_revokes_nothing(studio: Connected) -> None:
    browser = studio.tenant.browser(Role.OWNER)
    session = browser.session
    session["signed_in_at"] = 0
    session.save()
    assert browser.post(at(studio, "keys/1/revoke/"), {"because": "In a screenshot"}).status_code in (302, 403)
    assert keys(studio) == ["Active"]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER, Role.AUDITOR])
def test_who_may_not_rotate_is_not_offered_it(studio: Connected, role: Role) -> None:
    browser = studio.tenant.browser(role)
    assert at(studio, "keys/add/") not in body(browser, at(studio, "?tab=keys"))
    assert browser.post(at(studio, "keys/add/"), {"token": studio.another_token()}).status_code == 403


def test_over_the_api_one_call_rotates(studio: Connected) -> None:
    api = studio.tenant.api(Role.ADMIN)
    url = f"/api/v1/o/{studio.tenant.slug}/workspaces/{studio.workspace.public_id}/keys/"
    token = studio.another_token()
    made = api.post(url, {"token": token, "promote": True, "grace_days": 2}, content_type="application/json")
    assert made.status_code == 202
    assert token not in made.content.decode()
    run_pending()
    job = api.get(f"/api/v1/o/{studio.tenant.slug}/jobs/{made.json()['job']}/").json()
    assert job["status"] == "succeeded"
    newest, oldest = api.get(url).json()["results"]
    assert (newest["number"], newest["state"], oldest["state"]) == (2, "active", "retiring")
    assert newest["proof"]["verdict"] == "same"
    back = api.post(f"{url}1/restore/", content_type="application/json")
    assert (back.status_code, back.json()["state"]) == (200, "active")
    again = api.post(f"{url}1/restore/", content_type="application/json")
    assert again.status_code == 409
    gone = api.post(f"{url}1/revoke/", {"because": "Drill"}, content_type="application/json")
    assert gone.json()["state"] == "revoked"
