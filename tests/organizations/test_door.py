"""The door: who gets in, and what strangers see."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.credentials.services import create_token, revoke_token
from apps.organizations.models import Credential, Membership
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def test_without_a_session_a_page_leads_to_sign_in_and_back(acme: Tenant) -> None:
    answer = Client().get(f"/o/{acme.slug}/settings/members/?a=1")
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next=%2Fo%2F{acme.slug}%2Fsettings%2Fmembers%2F%3Fa%3D1"


def test_a_lost_session_sends_a_fragment_to_the_page_it_lives_on(acme: Tenant, settings: Settings) -> None:
    page = f"{settings.BASE_URL}/o/{acme.slug}/audit/"
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    answer = Client(headers=headers).get(f"/o/{acme.slug}/audit/?page=2")
    assert answer["HX-Redirect"] == f"/sign-in/?next=%2Fo%2F{acme.slug}%2Faudit%2F"


def test_a_stranger_sees_the_same_as_for_an_organization_that_does_not_exist(acme: Tenant, globex: Tenant) -> None:
    browser = globex.browser(Role.OWNER)
    there = browser.get(f"/o/{acme.slug}/settings/members/")
    nowhere = browser.get("/o/nowhere/settings/members/")
    assert there.status_code == nowhere.status_code == 404
    ids = (there["X-Request-ID"], nowhere["X-Request-ID"])
    assert there.content.replace(ids[0].encode(), b"") == nowhere.content.replace(ids[1].encode(), b"")


def test_a_former_member_is_a_stranger_at_once(acme: Tenant) -> None:
    browser = acme.browser(Role.VIEWER)
    assert browser.get(f"/o/{acme.slug}/settings/members/").status_code == 200
    with scope(acme.organization.pk):
        Membership.objects.filter(role=Role.VIEWER).delete()
    assert browser.get(f"/o/{acme.slug}/settings/members/").status_code == 404


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer nh_wrong"}, {"authorization": "Basic abc"}])
def test_the_api_wants_a_valid_token(acme: Tenant, header: dict[str, str]) -> None:
    answer = Client(headers=header).get(f"/api/v1/o/{acme.slug}/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_does_not_open_the_api(acme: Tenant) -> None:
    assert acme.browser(Role.OWNER).get(f"/api/v1/o/{acme.slug}/").status_code == 401


def test_a_token_opens_its_own_organization_only(acme: Tenant, globex: Tenant) -> None:
    api = acme.api(Role.VIEWER)
    assert api.get(f"/api/v1/o/{acme.slug}/").json()["slug"] == acme.slug
    assert api.get(f"/api/v1/o/{globex.slug}/").status_code == 404


def test_a_revoked_an_expired_and_an_orphaned_token_are_refused(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        token, secret = create_token("Script", acme.member(Role.OPERATOR), actor=acme.system)
    api = Client(headers={"authorization": f"Bearer {secret}"})
    url = f"/api/v1/o/{acme.slug}/actor/"
    assert api.get(url).json()["role"] == "operator"
    with scope(acme.organization.pk):
        Credential.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert api.get(url).status_code == 401
        Credential.objects.update(expires_at=None)
        Membership.objects.filter(role=Role.OPERATOR).delete()
        assert api.get(url).status_code == 404
        revoke_token(token, actor=acme.system)
    assert api.get(url).status_code == 401


def test_the_use_of_a_token_is_noted(acme: Tenant) -> None:
    acme.api(Role.VIEWER).get(f"/api/v1/o/{acme.slug}/", REMOTE_ADDR="192.0.2.9")
    with scope(acme.organization.pk):
        token = Credential.objects.get()
    assert token.last_used_ip == "192.0.2.9"
    assert token.last_used_at is not None


def test_only_the_digest_of_a_token_is_stored(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        _, secret = create_token("Script", acme.member(Role.OWNER), actor=acme.system)
        assert all(secret not in str(value) for value in Credential.objects.values_list().get())


def test_a_proxy_is_believed_only_when_told_to(acme: Tenant, settings: Settings) -> None:
    api = acme.api(Role.VIEWER)
    headers = {"X-Forwarded-For": "203.0.113.1, 198.51.100.2"}
    settings.USE_X_FORWARDED_FOR = True
    api.get(f"/api/v1/o/{acme.slug}/", headers=headers, REMOTE_ADDR="192.0.2.9")
    with scope(acme.organization.pk):
        assert Credential.objects.get().last_used_ip == "198.51.100.2"
