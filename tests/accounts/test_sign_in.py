"""The whole Authorization Code + PKCE flow, against a real OpenID Connect issuer on loopback."""

import dataclasses
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from django.http import HttpResponse
from django.test import Client
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.accounts.models import Identity, User
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from notionhub.settings.providers import Provider
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    people = [
        oidc_provider_mock.User(sub="al", claims={"email": "owner@acme.example", "email_verified": True, "name": "Al"}),
        oidc_provider_mock.User(sub="mallory", claims={"email": "owner@acme.example", "email_verified": False}),
        oidc_provider_mock.User(sub="new", claims={"email": "New@else.example", "email_verified": True}),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def provider(issuer: str, settings: Settings) -> Provider:
    provider = Provider(
        key="oidc",
        label="Single sign-on",
        issuer=issuer,
        client_id="notionhub",
        client_secret=SecretStr("a-secret-of-the-suite"),
        metadata_url=f"{issuer}/.well-known/openid-configuration",
    )
    settings.SIGN_IN_PROVIDERS = {"oidc": provider}
    settings.BASE_URL = "http://testserver"
    return provider


def begin(browser: Client, wanted: str = "") -> str:
    """The address of the issuer to which the site sends the browser."""
    answer = browser.post("/sign-in/oidc/", {"next": wanted})
    assert answer.status_code == 302
    return str(answer["Location"])


def consent(address: str, sub: str) -> str:
    """Agree at the issuer as somebody; the address to which it sends the browser back."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    return str(answer.headers["Location"]).removeprefix("http://testserver")


def sign_in(browser: Client, sub: str, wanted: str = "") -> HttpResponse:
    return browser.get(consent(begin(browser, wanted), sub))  # type: ignore[return-value]


def test_the_flow_uses_pkce_state_and_nonce(provider: Provider) -> None:
    query = parse_qs(urlsplit(begin(Client())).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"code_challenge", "state", "nonce"} <= query.keys()
    assert query["response_type"] == ["code"]


def test_a_member_gets_in_and_the_organization_records_it(provider: Provider, acme: Tenant) -> None:
    browser = Client()
    answer = sign_in(browser, "al", f"/o/{acme.slug}/settings/members/")
    assert answer["Location"] == f"/o/{acme.slug}/settings/members/"
    assert browser.get(answer["Location"]).status_code == 200
    assert Identity.objects.get().user == acme.member(Role.OWNER)
    with scope(acme.organization.pk):
        entry = AuditEntry.objects.latest("id")
        assert (entry.event, entry.ip) == ("session.started", "127.0.0.1")


def test_signing_out_ends_the_session_and_is_recorded(provider: Provider, acme: Tenant) -> None:
    browser = Client()
    sign_in(browser, "al")
    browser.post("/sign-out/")
    answer = browser.get(f"/o/{acme.slug}/settings/members/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    with scope(acme.organization.pk):
        assert AuditEntry.objects.latest("id").event == "session.ended"


def test_an_unverified_e_mail_links_to_nobody(provider: Provider, acme: Tenant) -> None:
    answer = sign_in(Client(), "mallory")
    assert answer.status_code == 400
    assert "not verified" in answer.content.decode()
    assert not Identity.objects.exists()


def test_a_stranger_becomes_a_person_without_an_organization(provider: Provider, acme: Tenant) -> None:
    browser = Client()
    assert sign_in(browser, "new")["Location"] == "/choose/"
    assert "no organization" in browser.get("/choose/").content.decode()
    assert browser.get(f"/o/{acme.slug}/settings/members/").status_code == 404
    assert User.objects.get(email="new@else.example")


def test_a_forged_state_signs_nobody_in(provider: Provider, acme: Tenant) -> None:
    browser = Client()
    back = consent(begin(browser), "al")
    forged = back.replace("state=", "state=x")
    assert browser.get(forged).status_code == 400
    assert browser.get("/choose/").status_code == 302


def test_an_answer_begun_in_another_browser_signs_nobody_in(provider: Provider, acme: Tenant) -> None:
    back = consent(begin(Client()), "al")
    assert Client().get(back).status_code == 400


def test_an_answer_works_once(provider: Provider, acme: Tenant) -> None:
    browser = Client()
    back = consent(begin(browser), "al")
    assert browser.get(back).status_code == 302
    browser.post("/sign-out/")
    assert browser.get(back).status_code == 400


def test_refusing_at_the_provider_says_so(provider: Provider) -> None:
    browser = Client()
    address = begin(browser)
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = browser.get(f"/sign-in/oidc/callback/?error=access_denied&state={state}")
    assert answer.status_code == 400
    assert "access was denied" in answer.content.decode()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_only_addresses_of_this_site_are_followed(provider: Provider, acme: Tenant, wanted: str) -> None:
    assert sign_in(Client(), "al", wanted)["Location"] == "/choose/"


def test_a_switched_off_person_stays_out(provider: Provider, acme: Tenant) -> None:
    sign_in(Client(), "al")
    User.objects.filter(email="owner@acme.example").update(is_active=False)
    answer = sign_in(Client(), "al")
    assert answer.status_code == 400
    assert "switched off" in answer.content.decode()
    with scope(acme.organization.pk):
        entry = AuditEntry.objects.latest("id")
    assert (entry.event, entry.outcome, entry.ip) == ("session.refused", "refused", "127.0.0.1")
    assert "switched off" in entry.reason


def test_a_provider_that_is_down_gets_a_sentence(provider: Provider, settings: Settings) -> None:
    gone = dataclasses.replace(provider, metadata_url="http://127.0.0.1:9/.well-known/openid-configuration")
    settings.SIGN_IN_PROVIDERS = {"oidc": gone}
    answer = Client().post("/sign-in/oidc/")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.content.decode()


def test_an_unknown_provider_is_not_found(provider: Provider) -> None:
    assert Client().post("/sign-in/nobody/").status_code == 404
