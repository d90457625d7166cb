"""A tenant's provider speaks for its tenant and for nobody else, whatever it says. Each test is an attack."""

import re
import time
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from apps.access.roles import Role
from apps.accounts.models import Identity, Passkey, SignIn, User
from apps.accounts.services import forget_realm
from apps.core.tenancy import scope
from apps.organizations.models import Invitation, Membership
from apps.organizations.people.selectors import addresses_of
from apps.organizations.services import invite
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_passkeys import ADD, options
from tests.factories.browsers import SUITE, browser_of
from tests.factories.tenants import Tenant
from tests.organizations.sign_in.conftest import Company, address_in, with_provider

pytestmark = pytest.mark.django_db

HOME = "/o/{}/settings/members/"


def status(browser: Client, tenant: Tenant) -> int:
    return browser.get(HOME.format(tenant.slug)).status_code


@pytest.fixture
def victim(acme: Tenant, globex: Tenant) -> User:
    """Owner of globex, who is also a member of acme; acme's provider wants to be them."""
    user = globex.member(Role.OWNER)
    with scope(acme.organization.pk):
        Membership.objects.create(user=user, role=Role.VIEWER)
    return user


def test_it_lets_its_member_into_its_own_organization(company: Company) -> None:
    user = company.tenant.member(Role.VIEWER)
    browser, answer = company.come("v", user.email)
    assert answer["Location"] == "/choose/"
    assert status(browser, company.tenant) == 200
    identity = Identity.objects.get()
    assert (identity.user, identity.realm) == (user, company.tenant.organization.public_id)


def test_as_somebody_of_two_organizations_it_opens_its_own_alone(
    company: Company, victim: User, globex: Tenant
) -> None:
    browser, _ = company.come("fake", victim.email)
    assert SignIn.objects.get().user == victim
    assert status(browser, company.tenant) == 200
    answer = browser.get(HOME.format(globex.slug))
    assert answer.status_code == 403
    assert "Globex" not in answer.content.decode()


def test_whether_they_belong_to_another_organization_or_it_exists_is_not_told(
    company: Company, victim: User, globex: Tenant
) -> None:
    browser, _ = company.come("fake", victim.email)
    answers = [browser.get(HOME.format(slug)) for slug in (globex.slug, "nowhere")]
    texts = [re.sub(r'(csrfmiddlewaretoken"\s+value=")\w+', "", answer.content.decode()) for answer in answers]
    assert answers[0].status_code == answers[1].status_code == 403
    assert texts[0] == texts[1]
    for path in ("/choose/", HOME.format(company.tenant.slug)):
        assert "Globex" not in browser.get(path, follow=True).content.decode()


def test_it_cannot_name_somebody_who_has_nothing_to_do_with_it(company: Company, globex: Tenant) -> None:
    stranger = globex.member(Role.OWNER)
    _, answer = company.come("fake", stranger.email)
    assert answer.status_code == 400
    assert "belongs to nobody in Acme" in answer.content.decode()
    assert not SignIn.objects.exists()
    assert not Identity.objects.exists()


def test_inviting_a_stranger_does_not_make_it_speak_for_them_elsewhere(company: Company, globex: Tenant) -> None:
    stranger = globex.member(Role.OWNER)
    with scope(company.tenant.organization.pk):
        invite(stranger.email, role=Role.VIEWER, actor=company.tenant.actor(Role.OWNER))
    browser, answer = company.come("fake", stranger.email)
    assert answer.status_code == 302
    assert status(browser, globex) == 403


def test_calling_itself_like_the_installations_provider_makes_it_nobody_there(
    company: Company, victim: User, globex: Tenant
) -> None:
    Identity.objects.create(user=victim, issuer=company.issuer.url, subject="the-real-one")
    browser, _ = company.come("the-real-one", company.tenant.member(Role.VIEWER).email)
    assert SignIn.objects.get().user == company.tenant.member(Role.VIEWER)
    assert status(browser, globex) == 403


def test_an_identity_of_one_tenant_is_not_known_through_another(company: Company, victim: User, globex: Tenant) -> None:
    """Globex has brought the same issuer. Its identity there is another one."""
    theirs = with_provider(globex, company.issuer)
    theirs.come("boss", victim.email)
    _, answer = company.come("boss", "nobody@elsewhere.example")
    assert answer.status_code == 400
    assert set(Identity.objects.values_list("realm", flat=True)) == {globex.organization.public_id}


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_e_mail_that_it_has_not_verified_links_to_nobody(company: Company, verified: Any) -> None:
    _, answer = company.come("fake", company.tenant.member(Role.OWNER).email, email_verified=verified)
    assert answer.status_code == 400
    assert not Identity.objects.exists()


def test_its_answer_is_not_taken_at_the_callback_of_another_provider(company: Company, globex: Tenant) -> None:
    theirs = with_provider(globex, company.issuer)
    browser = Client()
    going = browser.post(f"/sign-in/{company.key}/")
    back = company.issuer.agree(address_in(going), "boss", globex.member(Role.OWNER).email)
    assert browser.get(back.replace(company.key, theirs.key)).status_code == 400
    assert browser.get(back.replace(company.key, SUITE.key)).status_code == 400
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(
    "claims", [{"iss": "https://accounts.google.com"}, {"aud": "another"}, {"nonce": "x"}, {"exp": 1}]
)
def test_a_token_that_is_not_for_this_is_refused(company: Company, claims: dict[str, Any]) -> None:
    _, answer = company.come("v", company.tenant.member(Role.VIEWER).email, **claims)
    assert answer.status_code == 400
    assert not SignIn.objects.exists()


@pytest.mark.parametrize("subject", ["", "x" * 256])
def test_a_subject_that_names_nobody_is_refused(company: Company, subject: str) -> None:
    """Cut to what fits, it might be somebody else's."""
    _, answer = company.come(subject, company.tenant.member(Role.VIEWER).email)
    assert answer.status_code == 400
    assert not Identity.objects.exists()


def test_the_account_page_shows_and_changes_what_is_its_own_alone(
    company: Company, victim: User, globex: Tenant
) -> None:
    elsewhere = browser_of(victim)
    Identity.objects.create(user=victim, issuer="https://accounts.google.com", subject="g")
    Passkey.objects.create(user=victim, name="Real laptop", credential_id=b"1", public_key=b"2")
    browser, _ = company.come("fake", victim.email)
    # the victim has a passkey, and is asked for it before anything else
    assert browser.get("/account/").status_code != 200
    Passkey.objects.all().delete()
    browser, _ = company.come("fake", victim.email)
    page = browser.get("/account/").content.decode()
    assert "accounts.google.com" not in page
    assert "Firefox" not in page
    other = SignIn.objects.get(provider=SUITE.key)
    assert browser.post(f"/account/sign-ins/{other.public_id}/end/").status_code == 404
    browser.post("/account/sign-ins/end/")
    assert status(elsewhere, globex) == 200


def test_a_passkey_that_it_adds_proves_nothing_elsewhere(company: Company, victim: User, globex: Tenant) -> None:
    browser, _ = company.come("fake", victim.email)
    key = Authenticator()
    assert browser.post(ADD, {"credential": key.create(options(browser.get(ADD))), "name": "mine"}).status_code == 200
    assert Passkey.objects.get().realm == company.tenant.organization.public_id
    stale = browser_of(victim, proved_at=time.time() - 3600)
    page = stale.get("/sign-in/again/?next=/").content.decode()
    assert "data-passkey" not in page
    stale.get("/sign-in/second-factor/")
    assert stale.post("/sign-in/second-factor/", {"credential": key.get('{"rpId":"testserver","challenge":"AA"}')})
    assert SignIn.objects.latest("id").second_factor_at is None


def test_it_can_neither_found_an_organization_nor_join_another(company: Company, victim: User, globex: Tenant) -> None:
    with scope(globex.organization.pk):
        invite("owner@acme.example", role=Role.ADMIN, actor=globex.actor(Role.OWNER))
    Invitation.unscoped.update(digest=sha256(b"of-the-link").digest())
    browser, _ = company.come("o", "owner@acme.example")
    assert browser.post("/invitations/of-the-link/").status_code == 403
    assert Invitation.unscoped.get().accepted_at is None
    assert browser.post("/organizations/create/", {"name": "Mine"}).status_code == 422
    assert "Create organization" not in browser.get("/choose/", follow=True).content.decode()


def test_an_address_that_it_claims_is_none_of_the_persons_own(company: Company) -> None:
    """Else its word would open invitations of other organizations that were sent to that address."""
    user = company.tenant.member(Role.VIEWER)
    company.come("v", user.email)
    company.come("v", "boss@globex.example")
    assert Identity.objects.get().email == "boss@globex.example"
    assert addresses_of(user) == {user.email}


def test_proving_once_more_at_it_does_not_freshen_another_sign_in(company: Company, victim: User) -> None:
    browser = browser_of(victim, proved_at=time.time() - 3600)
    company.come("fake", victim.email, auth_time=int(time.time()))
    company.come("fake", victim.email, browser, auth_time=int(time.time()))
    assert SignIn.objects.latest("id").realm == company.tenant.organization.public_id


def test_switching_it_off_ends_what_came_through_it(company: Company) -> None:
    browser, _ = company.come("v", company.tenant.member(Role.VIEWER).email)
    owner = company.tenant.browser(Role.OWNER)
    path = f"/o/acme/settings/sign-in/providers/{company.key}/"
    assert owner.post(path, {"label": "Login", "client_id": "x"}).status_code == 302
    assert status(browser, company.tenant) == 302
    assert Client().post(f"/sign-in/{company.key}/").status_code == 404


def test_nothing_that_it_said_is_left_when_its_organization_is_no_more(company: Company, victim: User) -> None:
    Identity.objects.create(user=victim, issuer="https://accounts.google.com", subject="g")
    company.come("fake", victim.email)
    forget_realm(company.tenant.organization.public_id)
    assert not SignIn.objects.exists()
    assert Identity.objects.get().subject == "g"


def test_the_person_signs_in_by_themselves_as_before(company: Company, victim: User, globex: Tenant) -> None:
    company.come("fake", victim.email)
    assert status(browser_of(victim), globex) == 200
    assert status(browser_of(victim), company.tenant) == 200
