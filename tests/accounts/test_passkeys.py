"""Passkeys and recovery codes: added, used, counted, lost. The authenticator is software, its answers are real ones."""

import re
import time
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import Role
from apps.accounts.models import Passkey, RecoveryCode, SignIn
from apps.accounts.services import make_codes
from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from tests.accounts.authenticator import PRESENT, Authenticator
from tests.accounts.issuer import Issuer
from tests.factories.browsers import browser_of
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

ADD, PROVE = "/account/passkeys/add/", "/sign-in/second-factor/"


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.BASE_URL = "http://testserver"


def options(answer: Any) -> str:
    found = re.search(r'data-options="([^"]*)"', answer.content.decode())
    assert found
    return unescape(found[1])


def add(browser: Client, key: Authenticator, name: str = "Laptop") -> Any:
    return browser.post(ADD, {"credential": key.create(options(browser.get(ADD))), "name": name})


def enrolled(tenant: Tenant, role: Role = Role.OWNER) -> Authenticator:
    key = Authenticator()
    assert add(tenant.browser(role), key).status_code == 200
    return key


def arrive(company: Issuer, tenant: Tenant, role: Role = Role.OWNER) -> Client:
    """A browser whose person has come back from the provider."""
    browser = Client()
    began = browser.post("/sign-in/oidc/", {"next": f"/o/{tenant.slug}/settings/members/"})["Location"]
    browser.get(company.agree(began, str(role), tenant.member(role).email, auth_time=int(time.time())))
    return browser


def prove(browser: Client, key: Authenticator, **over: Any) -> Any:
    return browser.post(PROVE, {"credential": key.get(options(browser.get(PROVE)), **over)})


def is_in(browser: Client, tenant: Tenant) -> bool:
    return browser.get(f"/o/{tenant.slug}/settings/members/").status_code == 200


def codes_shown(answer: Any) -> list[str]:
    return re.findall(r"\b[0-9a-z]{5}-[0-9a-z]{5}\b", answer.content.decode())


def test_the_first_one_brings_ten_codes_that_are_stored_as_hashes_and_shown_once(acme: Tenant) -> None:
    browser, key = acme.browser(Role.OWNER), Authenticator()
    codes = codes_shown(add(browser, key))
    assert len(set(codes)) == 10
    made = Passkey.objects.get()
    assert (made.name, bytes(made.credential_id), made.realm) == ("Laptop", key.id, "")
    stored = b"".join(bytes(digest) for digest in RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(code.replace("-", "").encode() in stored for code in codes)
    assert codes_shown(browser.get("/account/")) == []
    with scope(acme.organization.pk):
        events = list(AuditEntry.objects.order_by("-id").values_list("event", flat=True)[:2])
        assert events == ["recovery_codes.made", "passkey.added"]
        assert codes[0] not in str(list(AuditEntry.objects.values()))


def test_who_has_one_is_asked_for_it_after_the_provider_and_is_not_in_before(acme: Tenant, company: Issuer) -> None:
    key = enrolled(acme)
    browser = arrive(company, acme)
    assert not is_in(browser, acme)
    assert browser.get("/account/").status_code == 302
    answer = prove(browser, key)
    assert answer["Location"] == f"/o/{acme.slug}/settings/members/"
    assert is_in(browser, acme)
    assert SignIn.objects.latest("id").second_factor_at is not None
    assert Passkey.objects.get().last_used_at is not None


@pytest.mark.parametrize(
    "over",
    [
        {"challenge": "AAAA"},
        {"origin": "https://evil.example"},
        {"type": "webauthn.create"},
        {"flags": 0},
    ],
    ids=str,
)
def test_an_answer_for_something_else_proves_nothing(acme: Tenant, company: Issuer, over: dict[str, Any]) -> None:
    key = enrolled(acme)
    browser = arrive(company, acme)
    assert prove(browser, key, **over).status_code == 422
    assert not is_in(browser, acme)
    with scope(acme.organization.pk):
        assert AuditEntry.objects.latest("id").event == "session.refused"


def test_presence_is_enough_for_a_second_step(acme: Tenant, company: Issuer) -> None:
    key = enrolled(acme)
    assert prove(arrive(company, acme), key, flags=PRESENT).status_code == 302


def test_an_answer_works_once(acme: Tenant, company: Issuer) -> None:
    key = enrolled(acme)
    browser = arrive(company, acme)
    answer = key.get(options(browser.get(PROVE)))
    assert browser.post(PROVE, {"credential": answer}).status_code == 302
    thief = arrive(company, acme)
    thief.get(PROVE)
    assert thief.post(PROVE, {"credential": answer}).status_code == 422


def test_another_persons_passkey_is_none(acme: Tenant, company: Issuer) -> None:
    enrolled(acme)
    foreign = enrolled(acme, Role.VIEWER)
    answer = prove(arrive(company, acme), foreign)
    assert (answer.status_code, "no passkey of yours" in answer.content.decode()) == (422, True)


def test_a_copy_whose_count_lags_is_refused(acme: Tenant, company: Issuer) -> None:
    key = enrolled(acme)
    Passkey.objects.update(count=40)
    assert prove(arrive(company, acme), key).status_code == 422


@pytest.mark.parametrize("rubbish", ["", "x", "[]", "{}", '{"id": 1}', '{"id":"a","rawId":"a","type":"public-key"}'])
def test_rubbish_is_refused(acme: Tenant, company: Issuer, rubbish: str) -> None:
    enrolled(acme)
    browser = arrive(company, acme)
    browser.get(PROVE)
    assert browser.post(PROVE, {"credential": rubbish}).status_code == 422
    owner = acme.browser(Role.ADMIN)
    owner.get(ADD)
    assert owner.post(ADD, {"credential": rubbish, "name": "x"}).status_code == 422


def test_a_recovery_code_lets_in_once_however_it_is_typed(acme: Tenant, company: Issuer) -> None:
    enrolled(acme)
    code = make_codes(acme.member(Role.OWNER), "")[0]
    browser = arrive(company, acme)
    assert browser.post(PROVE, {"code": f" {code.upper().replace('-', ' ')} "}).status_code == 302
    assert is_in(browser, acme)
    again = arrive(company, acme)
    assert again.post(PROVE, {"code": code}).status_code == 422
    assert not is_in(again, acme)


def test_tries_are_counted_per_person_wherever_they_come_from(acme: Tenant, company: Issuer) -> None:
    key = enrolled(acme)
    browser = arrive(company, acme)
    codes = [browser.post(PROVE, {"code": f"aaaaa-aaaa{n}"}).status_code for n in range(6)]
    assert codes == [422] * 6
    late = arrive(company, acme)
    answer = prove(late, key)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 300
    assert not is_in(late, acme)
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        assert prove(arrive(company, acme), key).status_code == 302


def test_a_sign_in_that_waits_for_its_second_step_ends_after_a_while(acme: Tenant, company: Issuer) -> None:
    enrolled(acme)
    browser = arrive(company, acme)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert browser.get(PROVE)["Location"] == "/sign-in/"


def test_a_passkey_makes_a_stale_sign_in_fresh(acme: Tenant) -> None:
    key = enrolled(acme)
    browser = browser_of(acme.member(Role.OWNER), proved_at=time.time() - 3600)
    assert browser.post("/o/acme/settings/delete/", {"address": "acme"}).status_code == 403
    page = browser.get("/sign-in/again/?next=/o/acme/settings/")
    answer = browser.post(PROVE, {"credential": key.get(options(page)), "next": "/o/acme/settings/"})
    assert answer["Location"] == "/o/acme/settings/"
    assert browser.post("/o/acme/settings/delete/", {"address": "acme"}).status_code == 302


def test_a_sign_in_as_somebody_else_that_was_left_halfway_is_not_in_the_way(acme: Tenant, company: Issuer) -> None:
    mine = enrolled(acme)
    enrolled(acme, Role.VIEWER)
    browser = browser_of(acme.member(Role.OWNER), proved_at=time.time() - 3600)
    began = browser.post("/sign-in/oidc/")["Location"]
    browser.get(company.agree(began, "v", acme.member(Role.VIEWER).email))
    assert "viewer@acme.example" in browser.get(PROVE).content.decode()
    page = browser.get("/sign-in/again/?next=/o/acme/")
    assert browser.post(PROVE, {"credential": mine.get(options(page)), "next": "/o/acme/"})["Location"] == "/o/acme/"


def test_adding_removing_and_new_codes_take_a_fresh_sign_in(acme: Tenant) -> None:
    enrolled(acme)
    stale = browser_of(acme.member(Role.OWNER), proved_at=time.time() - 3600)
    one = Passkey.objects.get()
    for path in (ADD, f"/account/passkeys/{one.public_id}/remove/", "/account/recovery-codes/"):
        assert stale.post(path)["Location"].startswith("/sign-in/again/?next=")
    assert Passkey.objects.exists()


def test_with_the_last_passkey_the_codes_go(acme: Tenant) -> None:
    key, other = enrolled(acme), Authenticator()
    browser = acme.browser(Role.OWNER)
    assert add(browser, other, "Key").status_code == 302
    first, second = Passkey.objects.order_by("id")
    browser.post(f"/account/passkeys/{first.public_id}/remove/")
    assert RecoveryCode.objects.count() == 10
    browser.post(f"/account/passkeys/{second.public_id}/rename/", {"name": "Blue"})
    assert Passkey.objects.get().name == "Blue"
    browser.post(f"/account/passkeys/{second.public_id}/remove/")
    assert not RecoveryCode.objects.exists()
    assert key.id != other.id


def test_nobody_touches_what_is_anothers(acme: Tenant) -> None:
    enrolled(acme)
    viewer, one = acme.browser(Role.VIEWER), Passkey.objects.get()
    assert viewer.post(f"/account/passkeys/{one.public_id}/remove/").status_code == 404
    assert viewer.post(f"/account/passkeys/{one.public_id}/rename/", {"name": "x"}).status_code == 404


def test_the_same_passkey_is_not_added_twice(acme: Tenant) -> None:
    key = enrolled(acme)
    answer = add(acme.browser(Role.VIEWER), key)
    assert (answer.status_code, "known already" in answer.content.decode()) == (422, True)


def test_a_site_without_a_name_says_why_it_has_none(acme: Tenant, settings: Settings) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    browser = acme.browser(Role.OWNER)
    assert "Passkeys need a host name" in browser.get("/account/").content.decode()
    assert "opened by an IP address" in browser.get(ADD).content.decode()
