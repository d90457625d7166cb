"""Where people are signed in: the list, ending one, ending all."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.accounts.models import Ended, SignIn
from apps.accounts.selectors import last_sign_ins
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.organizations.models import Membership
from apps.organizations.services import remove_member
from tests.accounts.issuer import Issuer
from tests.factories.browsers import SUITE, browser_of
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def is_in(browser: Client, tenant: Tenant) -> bool:
    return browser.get(f"/o/{tenant.slug}/settings/members/").status_code == 200


def events(tenant: Tenant) -> list[str]:
    with scope(tenant.organization.pk):
        return list(AuditEntry.objects.order_by("id").values_list("event", flat=True))


def test_a_sign_in_says_where_and_through_what_and_keeps_no_session_key(acme: Tenant, company: Issuer) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    browser = Client(headers={"user-agent": agent})
    began = browser.post("/sign-in/oidc/")["Location"]
    browser.get(company.agree(began, "al", acme.member(Role.OWNER).email))
    made = SignIn.objects.get()
    assert (made.device, made.provider_label, made.ip, made.realm) == ("Edge on Windows", "Company", "127.0.0.1", "")
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert bytes(made.digest) == sha256(key.encode()).digest()
    shown = browser.get("/account/").content.decode()
    assert "Edge on Windows" in shown
    assert "This browser" in shown


def test_one_that_is_ended_elsewhere_ends_at_its_next_request(acme: Tenant) -> None:
    here, there = acme.browser(Role.OWNER), acme.browser(Role.OWNER)
    other = SignIn.objects.order_by("-id")[0]
    assert here.post(f"/account/sign-ins/{other.public_id}/end/").status_code == 302
    answer = there.get(f"/o/{acme.slug}/settings/members/")
    assert (answer.status_code, "ended=1" in answer["Location"]) == (302, True)
    assert "You were signed out here" in there.get(answer["Location"]).content.decode()
    assert is_in(here, acme)
    other.refresh_from_db()
    assert other.ended_because == Ended.REVOKED
    assert events(acme)[-1] == "session.revoked"


def test_a_request_with_an_ended_session_takes_its_rows_away(acme: Tenant) -> None:
    browser = acme.browser(Role.OWNER)
    SignIn.objects.update(ended_at=timezone.now())
    browser.get("/account/")
    assert not Session.objects.exists()


def test_signing_out_everywhere_ends_all_and_nobody_elses(acme: Tenant) -> None:
    here, there, other = acme.browser(Role.OWNER), acme.browser(Role.OWNER), acme.browser(Role.VIEWER)
    assert here.post("/account/sign-ins/end/")["Location"] == "/sign-in/"
    assert not is_in(here, acme)
    assert not is_in(there, acme)
    assert is_in(other, acme)


def test_nobody_ends_what_is_anothers(acme: Tenant) -> None:
    owner, viewer = acme.browser(Role.OWNER), acme.browser(Role.VIEWER)
    owners = SignIn.objects.get(user=acme.member(Role.OWNER))
    assert viewer.post(f"/account/sign-ins/{owners.public_id}/end/").status_code == 404
    assert is_in(owner, acme)


def test_a_session_without_a_sign_in_lets_nobody_in(acme: Tenant) -> None:
    browser = Client()
    browser.force_login(acme.member(Role.OWNER))
    assert not is_in(browser, acme)


def test_the_cookie_of_before_the_sign_in_is_worth_nothing_after_it(acme: Tenant, company: Issuer) -> None:
    browser = Client()
    began = browser.post("/sign-in/oidc/")["Location"]
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.get(company.agree(began, "al", acme.member(Role.OWNER).email))
    assert is_in(browser, acme)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_in(thief, acme)


def test_signing_in_anew_ends_the_sign_in_of_before(acme: Tenant, company: Issuer) -> None:
    browser = acme.browser(Role.OWNER)
    began = browser.post("/sign-in/oidc/")["Location"]
    browser.get(company.agree(began, "al", acme.member(Role.OWNER).email))
    assert list(SignIn.objects.order_by("id").values_list("ended_because", flat=True)) == [Ended.REPLACED, ""]


def test_last_seen_is_kept_to_the_minute(acme: Tenant) -> None:
    browser = acme.browser(Role.OWNER)
    first = SignIn.objects.get().seen_at
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        is_in(browser, acme)
        assert SignIn.objects.get().seen_at == first
    with time_machine.travel(timezone.now() + timedelta(seconds=90)):
        is_in(browser, acme)
        assert SignIn.objects.get().seen_at > first


def test_however_busy_a_sign_in_lasts_two_weeks(acme: Tenant) -> None:
    browser = acme.browser(Role.OWNER)
    Session.objects.update(expire_date=timezone.now() + timedelta(days=60))
    with time_machine.travel(timezone.now() + timedelta(days=13)):
        assert is_in(browser, acme)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert not is_in(browser, acme)
        assert SignIn.objects.get().ended_because == Ended.EXPIRED


def test_a_removed_member_is_out_at_once_though_still_signed_in(acme: Tenant, globex: Tenant) -> None:
    user = acme.member(Role.VIEWER)
    with scope(globex.organization.pk):
        Membership.objects.create(user=user, role=Role.VIEWER)
    browser = acme.browser(Role.VIEWER)
    assert is_in(browser, acme)
    with scope(acme.organization.pk):
        remove_member(Membership.objects.get(user=user), actor=acme.actor(Role.OWNER))
    assert browser.get(f"/o/{acme.slug}/settings/members/").status_code == 404
    assert is_in(browser, globex)


def test_a_removed_members_sign_ins_through_the_organizations_own_provider_end(acme: Tenant) -> None:
    user, realm = acme.member(Role.VIEWER), acme.organization.public_id
    browser_of(user, replace(SUITE, realm=realm))
    with scope(acme.organization.pk):
        remove_member(Membership.objects.get(user=user), actor=acme.actor(Role.OWNER))
    assert SignIn.objects.get().ended_because == Ended.BY_ORGANIZATION


def test_an_organization_learns_when_its_people_last_signed_in_so_that_it_counted_there(
    acme: Tenant, globex: Tenant
) -> None:
    owner, viewer = acme.member(Role.OWNER), acme.member(Role.VIEWER)
    browser_of(owner)
    SignIn.objects.update(realm=globex.organization.public_id)
    browser_of(viewer)
    found = last_sign_ins([owner.pk, viewer.pk], acme.organization.public_id)
    assert list(found) == [viewer.pk]


def test_the_account_page_lies_behind_the_sign_in_and_in_the_menu(acme: Tenant) -> None:
    assert Client().get("/account/")["Location"].startswith("/sign-in/")
    assert 'href="/account/"' in acme.browser(Role.VIEWER).get(f"/o/{acme.slug}/").content.decode()
