"""What an organization requires of whoever enters: its own provider, a second factor."""

import time
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.test import Client
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.accounts.models import SignIn
from apps.audit.models import AuditEntry
from apps.core.errors import Conflicting, SignInAgain
from apps.core.tenancy import scope
from apps.keys.models import Secret
from apps.organizations.models import Organization, OrganizationProvider
from apps.organizations.sign_in.services import add_provider, remove_provider, set_rules, update_provider
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_passkeys import ADD, PROVE, options
from tests.factories.browsers import browser_of
from tests.factories.tenants import Tenant
from tests.organizations.sign_in.conftest import Company, with_provider

pytestmark = pytest.mark.django_db

HOME = "/o/acme/settings/members/"
PAGE = "/o/acme/settings/sign-in/"


def require(tenant: Tenant, **rules: bool) -> Organization:
    with scope(tenant.organization.pk):
        return set_rules(tenant.organization, **rules, actor=tenant.actor(Role.OWNER))


def proved(company: Company) -> Company:
    """An owner has come in through it."""
    company.come("owner", company.tenant.member(Role.OWNER).email)
    return company


def test_nobody_is_made_to_use_a_provider_by_which_no_owner_has_come(company: Company) -> None:
    company.come("v", company.tenant.member(Role.VIEWER).email)
    with pytest.raises(Conflicting, match="lock everybody out"):
        require(company.tenant, own_provider_only=True)
    assert proved(company).row.proved_at is not None
    assert require(company.tenant, own_provider_only=True).own_provider_only


def test_who_came_by_another_provider_is_shown_the_right_one_and_comes_back(company: Company) -> None:
    require(proved(company).tenant, own_provider_only=True)
    browser = company.tenant.browser(Role.VIEWER)
    answer = browser.get(HOME)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "has its own sign-in" in page
    assert f'action="/sign-in/{company.key}/"' in page
    assert f'name="next" value="{HOME}"' in page.replace("\n", " ").replace("  ", " ")
    browser, _ = company.come("v", company.tenant.member(Role.VIEWER).email, browser)
    assert browser.get(HOME).status_code == 200


def test_it_holds_from_the_next_request_for_who_is_inside_already(company: Company) -> None:
    inside = proved(company).tenant.browser(Role.VIEWER)
    assert inside.get(HOME).status_code == 200
    require(company.tenant, own_provider_only=True)
    assert inside.get(HOME).status_code == 403
    assert inside.post("/o/acme/settings/leave/").status_code == 403


def test_a_stranger_is_told_nothing_of_it(company: Company, globex: Tenant) -> None:
    require(proved(company).tenant, own_provider_only=True)
    assert globex.browser(Role.OWNER).get(HOME).status_code == 404


def test_tokens_are_not_touched_by_either_rule(company: Company, settings: Settings) -> None:
    api = company.tenant.api(Role.VIEWER)
    require(proved(company).tenant, own_provider_only=True, second_factor_required=True)
    assert api.get("/api/v1/o/acme/").status_code == 200


def test_the_provider_that_all_need_cannot_be_lost(company: Company) -> None:
    require(proved(company).tenant, own_provider_only=True)
    owner = company.tenant.actor(Role.OWNER)
    with scope(company.tenant.organization.pk):
        with pytest.raises(Conflicting, match="Lift that rule first"):
            remove_provider(company.row, actor=owner)
        with pytest.raises(Conflicting, match="Lift that rule first"):
            update_provider(company.row, is_on=False, actor=owner)
    require(company.tenant, own_provider_only=False)
    with scope(company.tenant.organization.pk):
        remove_provider(company.row, actor=owner)
        assert not Secret.objects.exists()


def test_whoever_runs_the_installation_can_open_a_locked_door(company: Company) -> None:
    require(proved(company).tenant, own_provider_only=True, second_factor_required=True)
    call_command("lift_sign_in_rules", "acme")
    assert company.tenant.browser(Role.VIEWER).get(HOME).status_code == 200
    with scope(company.tenant.organization.pk):
        entry = AuditEntry.objects.filter(event="sign_in.rules_updated").latest("id")
        assert entry.actor_kind == "system"


def test_without_a_second_factor_one_is_led_to_add_a_passkey_and_then_in(acme: Tenant) -> None:
    require(acme, second_factor_required=True)
    browser, key = acme.browser(Role.VIEWER), Authenticator()
    led = browser.get(HOME)["Location"]
    assert led.startswith(f"{ADD}?next=")
    page = browser.get(led)
    assert "asks its members for a second step" in page.content.decode()
    answer = browser.post(ADD, {"credential": key.create(options(page)), "name": "Key", "next": HOME})
    assert f'href="{HOME}"' in answer.content.decode()
    assert browser.get(HOME).status_code == 200
    # in another browser the passkey itself is asked for
    other = browser_of(acme.member(Role.VIEWER))
    asked = other.get(HOME)["Location"]
    assert asked.startswith(f"{PROVE}?next=")
    answer = other.post(PROVE, {"credential": key.get(options(other.get(asked))), "next": HOME})
    assert answer["Location"] == HOME
    assert other.get(HOME).status_code == 200


def test_other_organizations_do_not_ask_for_it(acme: Tenant, globex: Tenant) -> None:
    require(acme, second_factor_required=True)
    assert globex.browser(Role.OWNER).get("/o/globex/settings/").status_code == 200


def test_a_site_without_a_name_cannot_require_passkeys(acme: Tenant, settings: Settings) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    with pytest.raises(Conflicting, match="bound to a host name"):
        require(acme, second_factor_required=True)


def test_all_of_it_takes_a_fresh_sign_in(company: Company) -> None:
    stale = browser_of(company.tenant.member(Role.OWNER), proved_at=time.time() - 3600)
    given = {"label": "L", "issuer": company.issuer.url, "client_id": "c", "client_secret": "s"}
    asked = len(company.issuer.asked)
    for path in (PAGE, f"{PAGE}providers/add/", f"{PAGE}domains/"):
        answer = stale.post(path, {**given, "domain": "acme.example", "mailbox": "admin"})
        assert (answer.status_code, "Sign in again first" in answer.content.decode()) == (403, True)
    assert len(company.issuer.asked) == asked
    assert "Sign in again first" in stale.get(PAGE).content.decode()


def test_the_page_and_the_secret(company: Company) -> None:
    owner = company.tenant.browser(Role.OWNER)
    one = f"{PAGE}providers/{company.key}/"
    page = owner.get(one).content.decode()
    assert f"http://testserver/sign-in/{company.key}/callback/" in page
    assert "its-secret" not in page
    assert owner.post(one, {"label": "New", "client_id": "c", "client_secret": "rotated", "is_on": "on"})
    assert company.row.label == "New"
    with scope(company.tenant.organization.pk):
        assert Secret.objects.count() == 1
        assert "rotated" not in str(list(AuditEntry.objects.values()))
    assert owner.post(f"{one}remove/")["Location"] == PAGE
    assert not OrganizationProvider.unscoped.exists()


def test_over_the_api(acme: Tenant, globex: Tenant, company: Company) -> None:
    api, at = acme.api(Role.OWNER), "/api/v1/o/acme/sign-in/"
    assert api.get(at).json() == {"own_provider_only": False, "second_factor_required": False}
    proved(company)
    changed = api.patch(at, {"own_provider_only": True}, content_type="application/json")
    assert changed.json()["own_provider_only"] is True
    given = {"label": "L", "issuer": company.issuer.url, "client_id": "c", "client_secret": "s"}
    assert api.post(f"{at}providers/", given, content_type="application/json").status_code == 409
    listed = api.get(f"{at}providers/").json()["results"]
    assert [each["id"] for each in listed] == [company.key]
    assert "secret" not in str(listed)
    foreign = with_provider(globex, company.issuer).key
    assert api.get(f"{at}providers/{foreign}/").status_code == 404
    assert api.delete(f"{at}providers/{company.key}/").status_code == 409
    assert acme.api(Role.ADMIN).get(at).status_code == 403


def test_the_sign_ins_of_whoever_came_through_it_say_so(company: Company) -> None:
    company.come("v", company.tenant.member(Role.VIEWER).email)
    made = SignIn.objects.get()
    assert (made.provider, made.provider_label) == (company.key, "Login")


def test_without_a_fresh_actor_the_operation_refuses(acme: Tenant) -> None:
    stale = replace(acme.actor(Role.OWNER), fresh=False)
    with scope(acme.organization.pk), pytest.raises(SignInAgain):
        add_provider("L", "https://login.example", "c", SecretStr("s"), actor=stale)


def test_the_link_for_members_shows_one_button(company: Company) -> None:
    page = Client().get(f"/sign-in/{company.key}/").content.decode()
    assert "Sign in to Acme" in page
    assert "Continue with Login" in page
