"""A fresh sign-in before what is dangerous: at the provider, which has to say that it asked, or by a passkey."""

import dataclasses
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from apps.access.roles import Role
from apps.accounts.models import Identity, User
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from tests.accounts.issuer import Issuer
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

HOUR = 3600
AGAIN = "/sign-in/again/?next=/o/acme/settings/"


def signed_in(company: Issuer, tenant: Tenant, **claims: Any) -> Client:
    """The owner's browser, who signed in through the company an hour ago."""
    browser = Client()
    began = browser.post("/sign-in/oidc/")["Location"]
    email = tenant.member(Role.OWNER).email
    told = {"auth_time": int(time.time()) - HOUR} | claims
    assert browser.get(company.agree(began, "owner", email, **told)).status_code == 302
    return browser


def come_back(company: Issuer, browser: Client, sub: str = "owner", **claims: Any) -> Any:
    began = browser.post("/sign-in/again/", {"next": "/o/acme/settings/"})
    query = parse_qs(urlsplit(began["Location"]).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    return browser.get(company.agree(began["Location"], sub, "owner@acme.example", **claims))


def delete(browser: Client, **headers: str) -> Any:
    return browser.post("/o/acme/settings/delete/", {"address": "acme"}, headers=headers)


def deletion_asked(tenant: Tenant) -> bool:
    tenant.organization.refresh_from_db()
    return tenant.organization.deletes_at is not None


def test_the_provider_says_how_long_ago_it_was(company: Issuer, acme: Tenant) -> None:
    delete(signed_in(company, acme, auth_time=int(time.time()) - 60))
    assert deletion_asked(acme)


def test_a_stale_sign_in_is_led_away_and_back_and_nothing_is_sent_by_itself(company: Issuer, acme: Tenant) -> None:
    browser = signed_in(company, acme)
    answer = delete(browser, referer="http://testserver/o/acme/settings/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "not sent by itself" in page
    assert 'href="/sign-in/again/?next=%2Fo%2Facme%2Fsettings%2F"' in page
    assert "Sign in again with Company" in browser.get(AGAIN).content.decode()
    back = come_back(company, browser, auth_time=int(time.time()))
    assert back["Location"] == "/o/acme/settings/"
    assert not deletion_asked(acme)
    assert delete(browser).status_code == 302
    assert deletion_asked(acme)
    with scope(acme.organization.pk):
        assert "session.renewed" in AuditEntry.objects.values_list("event", flat=True)


def test_a_fragment_is_led_away_as_a_whole_page(company: Issuer, acme: Tenant) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/o/acme/settings/?a=1"}
    answer = delete(signed_in(company, acme), **headers)
    assert answer["HX-Redirect"] == "/sign-in/again/?next=%2Fo%2Facme%2Fsettings%2F%3Fa%3D1"


@pytest.mark.parametrize("referer", ["https://evil.example/o/acme/", "http://testserver.evil.example/", "//evil"])
def test_the_way_back_leads_nowhere_else(company: Issuer, acme: Tenant, referer: str) -> None:
    page = delete(signed_in(company, acme), referer=referer).content.decode()
    assert 'href="/sign-in/again/?next="' in page
    assert "evil" not in page


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"auth_time": int(time.time()) - HOUR}, "without asking who you are"),
        ({"auth_time": None}, "does not say when"),
        ({"auth_time": "now"}, "cannot be trusted"),
        ({"auth_time": True}, "does not say when"),
        ({"auth_time": int(time.time()), "nonce": "another"}, "cannot be trusted"),
        ({"auth_time": int(time.time()), "iss": "https://evil.example"}, "cannot be trusted"),
        ({"auth_time": int(time.time()), "aud": "another"}, "cannot be trusted"),
    ],
)
def test_what_does_not_prove_it_changes_nothing(
    company: Issuer, acme: Tenant, claims: dict[str, Any], told: str
) -> None:
    browser = signed_in(company, acme)
    answer = come_back(company, browser, **claims)
    assert answer.status_code in (400, 403)
    assert told in answer.content.decode()
    assert delete(browser).status_code == 403
    assert not deletion_asked(acme)


def test_somebody_else_at_the_provider_does_not_make_it_fresh(company: Issuer, acme: Tenant) -> None:
    browser = signed_in(company, acme)
    answer = come_back(company, browser, sub="mallory", auth_time=int(time.time()))
    assert "somebody else" in answer.content.decode()
    assert delete(browser).status_code == 403
    assert not Identity.objects.filter(subject="mallory").exists()
    assert User.objects.count() == 1
    with scope(acme.organization.pk):
        assert AuditEntry.objects.filter(event="session.refused").exists()


def test_a_provider_that_cannot_say_when_is_believed_that_it_asked(
    company: Issuer, acme: Tenant, settings: Settings
) -> None:
    """Google and GitHub: docs/sign-in.md says what that is worth."""
    browser = signed_in(company, acme)
    settings.SIGN_IN_PROVIDERS = {"oidc": dataclasses.replace(company.provider(), tells_when=False)}
    assert come_back(company, browser, auth_time=None).status_code == 302
    assert delete(browser).status_code == 302


def test_without_a_session_there_is_nothing_to_renew(company: Issuer, acme: Tenant) -> None:
    assert Client().post("/sign-in/again/")["Location"].startswith("/sign-in/?next=")
    browser = signed_in(company, acme)
    began = browser.post("/sign-in/again/", {"next": "/o/acme/"})["Location"]
    stolen = company.agree(began, "owner", "owner@acme.example", auth_time=int(time.time()))
    assert Client().get(stolen).status_code == 400


def test_a_provider_that_is_gone_is_told(company: Issuer, acme: Tenant, settings: Settings) -> None:
    browser = signed_in(company, acme)
    settings.SIGN_IN_PROVIDERS = {}
    assert "not offered any more" in browser.get(AGAIN).content.decode()
    assert browser.post("/sign-in/again/").status_code == 400
