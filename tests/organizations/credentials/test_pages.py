"""Pages of credentials, as people use them without JavaScript."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.credentials.accounts import Charter
from apps.organizations.credentials.services import create_token
from apps.organizations.models import Credential, CredentialKind, ServiceAccount
from tests.factories.credentials import bearer, make_account, make_program, make_token
from tests.factories.tenants import Tenant
from tests.organizations.test_standing import workspace

pytestmark = pytest.mark.django_db
SETTINGS = "/o/acme/settings"
SECRET = re.compile(r"nhc?_[0-9A-Za-z]{49}")


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def submit(browser: Client, path: str, **fields: Any) -> Any:
    """Open the form, and send it with what it holds already."""
    shown = browser.get(path).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', shown)
    filled = {"may": "all", "where": "all", "days": "90"} | fields
    return browser.post(path, filled | ({"once": once[1]} if once else {}))


def secret_in(answer: Any) -> str:
    assert answer.status_code == 200, text(answer)[:600]
    assert "no-store" in answer["Cache-Control"]
    found = SECRET.search(answer.content.decode())
    assert found
    return found[0]


def test_a_token_with_limits_is_made_used_rotated_and_ended(acme: Tenant) -> None:
    browser, one = acme.browser(Role.OPERATOR), workspace(acme, "Tidewell")
    made = submit(
        browser,
        f"{SETTINGS}/tokens/create/",
        name="Backup",
        may="some",
        permissions=["workspace.view", "snapshot.view"],
        where="some",
        workspaces=[one.public_id],
        networks="127.0.0.0/8\r\n\r\n2001:db8::/32",
    )
    old = secret_in(made)
    with scope(acme.organization.pk):
        token = Credential.objects.get()
    assert token.permissions == ["snapshot.view", "workspace.view"]
    assert (token.workspace_ids, token.networks) == ([one.pk], ["127.0.0.0/8", "2001:db8::/32"])
    page = f"{SETTINGS}/tokens/{token.public_id}/"
    shown = text(browser.get(page))
    assert "See the snapshots" in shown
    assert "Tidewell" in shown
    assert old not in shown

    new = secret_in(submit(browser, f"{page}rotate/", grace="1"))
    both = text(browser.get(page))
    assert "Two secrets work" in both
    assert [bearer(each).get("/api/v1/o/acme/workspaces/").status_code for each in (old, new)] == [200, 200]
    browser.post(f"{page}end-previous/")
    assert "Two secrets work" not in text(browser.get(page))
    assert [bearer(each).get("/api/v1/o/acme/workspaces/").status_code for each in (old, new)] == [401, 200]
    browser.post(f"{page}off/")
    assert bearer(new).get("/api/v1/o/acme/workspaces/").status_code == 401
    browser.post(f"{page}on/")
    assert bearer(new).get("/api/v1/o/acme/workspaces/").status_code == 200
    browser.post(f"{page}revoke/")
    assert "Revoked" in text(browser.get(page))
    assert bearer(new).get("/api/v1/o/acme/workspaces/").status_code == 401


def test_the_page_of_the_secret_says_until_when_the_old_one_works(acme: Tenant) -> None:
    browser = acme.browser(Role.OPERATOR)
    submit(browser, f"{SETTINGS}/tokens/create/", name="Backup")
    with scope(acme.organization.pk):
        token = Credential.objects.get()
    rotated = submit(browser, f"{SETTINGS}/tokens/{token.public_id}/rotate/", grace="24")
    assert "The secret before it works until" in text(rotated)
    again = browser.post(f"{SETTINGS}/tokens/{token.public_id}/rotate/", {"grace": "24", "days": "90"}, follow=True)
    assert "No second secret was made" in text(again)


def test_a_service_account_gets_a_client_that_works(acme: Tenant) -> None:
    browser = acme.browser(Role.OWNER)
    answer = submit(browser, f"{SETTINGS}/service-accounts/create/", name="CI", note="Ask Bob.", role="operator")
    assert answer.status_code == 302
    page = answer["Location"]
    made = submit(browser, f"{page}credentials/create/", name="Loader", kind="client")
    secret = secret_in(made)
    with scope(acme.organization.pk):
        client = Credential.objects.get()
    assert client.public_id in made.content.decode()
    body = {"grant_type": "client_credentials", "client_id": client.public_id, "client_secret": secret}
    token = Client().post("/oauth/token", body).json()["access_token"]
    assert bearer(token).get("/api/v1/o/acme/workspaces/").status_code == 200
    browser.post(f"{page}off/")
    assert "refused until it is switched on again" in text(browser.get(page))
    assert bearer(token).get("/api/v1/o/acme/workspaces/").status_code == 401
    browser.post(f"{page}on/")
    changed = submit(browser, f"{page}update/", name="CI", role="some", permissions=["workspace.view"])
    assert changed.status_code == 302
    assert bearer(token).get("/api/v1/o/acme/snapshots/").status_code == 403
    browser.post(f"{page}delete/")
    with scope(acme.organization.pk):
        assert not ServiceAccount.objects.exists()


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": ""}, "This field is required"),
        ({"may": "some"}, "Tick at least one permission"),
        ({"where": "some"}, "Tick at least one workspace"),
        ({"networks": "10.0.0.5/8"}, "points into the network 10.0.0.0/8"),
        ({"days": "3650"}, "Select a valid choice"),
        ({"may": "some", "permissions": ["organization.delete"]}, "Select a valid choice"),
    ],
)
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(
    acme: Tenant, fields: dict[str, Any], complaint: str
) -> None:
    browser = acme.browser(Role.OPERATOR)
    answer = submit(browser, f"{SETTINGS}/tokens/create/", **({"name": "Backup"} | fields))
    assert answer.status_code == 422
    assert complaint in text(answer)
    with scope(acme.organization.pk):
        assert not Credential.objects.exists()


def test_a_form_offers_nothing_that_its_reader_may_not(acme: Tenant) -> None:
    shown = acme.browser(Role.OPERATOR).get(f"{SETTINGS}/tokens/create/").content.decode()
    assert 'value="snapshot.capture"' in shown
    assert 'value="organization.delete"' not in shown
    shown = acme.browser(Role.ADMIN).get(f"{SETTINGS}/service-accounts/create/").content.decode()
    assert '<option value="admin"' in shown
    assert '<option value="owner"' not in shown


def test_an_admin_is_told_that_an_account_of_an_owner_is_not_theirs(acme: Tenant) -> None:
    boss = make_account(acme, Charter("Boss", role=Role.OWNER))
    browser = acme.browser(Role.ADMIN)
    page = f"{SETTINGS}/service-accounts/{boss.public_id}/"
    answer = submit(browser, f"{page}credentials/create/", name="Mine", kind="token")
    assert answer.status_code == 403
    assert "An owner can" in text(answer)
    answer = submit(browser, f"{page}update/", name="Boss", role="viewer")
    assert (answer.status_code, "An owner can" in text(answer)) == (422, True)


def test_only_the_owner_of_a_token_is_offered_to_change_it(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        token, _ = create_token("Mine", acme.member(Role.OPERATOR), actor=acme.system)
    page = f"{SETTINGS}/tokens/{token.public_id}/"
    mine = acme.browser(Role.OPERATOR).get(page).content.decode()
    assert "rotate/" in mine
    other = acme.browser(Role.OWNER).get(page).content.decode()
    assert "rotate/" not in other
    assert "revoke/" in other
    watched = acme.browser(Role.AUDITOR).get(page).content.decode()
    assert "rotate/" not in watched
    assert "revoke/" not in watched


def test_lists_hold_with_nothing_and_with_two_hundred(acme: Tenant, django_assert_max_num_queries: Any) -> None:
    browser = acme.browser(Role.OWNER)
    assert "No API tokens yet" in text(browser.get(f"{SETTINGS}/tokens/"))
    assert "No service accounts yet" in text(browser.get(f"{SETTINGS}/service-accounts/"))
    account = make_account(acme)
    assert "No credentials yet" in text(browser.get(f"{SETTINGS}/service-accounts/{account.public_id}/"))
    make_token(acme, account)
    with scope(acme.organization.pk):
        for number in range(200):
            ServiceAccount.objects.create(name=f"Account {number}", role=Role.VIEWER)
            for owner in ({"service_account": account}, {"user": acme.member(Role.OWNER)}):
                Credential.objects.create(
                    name=f"Token {number}", prefix="nh_x", digest=f"{number}{owner}".encode(), **owner
                )
    browser = acme.browser(Role.OWNER)
    for path, total in (("tokens/", 200), ("service-accounts/", 201), (f"service-accounts/{account.public_id}/", 201)):
        with django_assert_max_num_queries(25):
            shown = text(browser.get(f"{SETTINGS}/{path}?page=2"))
        assert f"51 to 100 of {total}" in shown


def test_an_auditor_sees_the_accounts_and_no_button(acme: Tenant) -> None:
    program = make_program(acme)
    page = f"{SETTINGS}/service-accounts/{program.account.public_id}/"
    shown = acme.browser(Role.AUDITOR).get(page).content.decode()
    assert "Loader" in shown
    assert "credentials/create/" not in shown
    assert CredentialKind.CLIENT.label in shown
