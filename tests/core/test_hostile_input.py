"""Crafted input ends in a 4xx with a sentence, and secrets stay out of the logs."""

import base64
import logging
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone

from apps.access.roles import Role
from apps.core.logs import redact
from apps.core.tenancy import scope
from apps.organizations.credentials.limits import Limits
from apps.organizations.credentials.services import create_token
from apps.organizations.models import Credential
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("position", ["abc", "1e999", ">", "9" * 40, "-1", ""])
def test_a_cursor_with_a_made_up_position_is_not_found(acme: Tenant, position: str) -> None:
    cursor = base64.b64encode(f"p={position}".encode()).decode()
    assert acme.api(Role.OWNER).get(f"/api/v1/o/{acme.slug}/tokens/?cursor={cursor}").status_code in (200, 422)


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_a_body_nested_without_end_is_a_400(acme: Tenant, bracket: str) -> None:
    answer = acme.api(Role.OWNER).post(
        f"/api/v1/o/{acme.slug}/tokens/", bracket * 100_000, content_type="application/json"
    )
    assert answer.status_code == 400


def test_the_last_day_of_the_calendar_does_not_break_the_log(acme: Tenant) -> None:
    assert acme.browser(Role.OWNER).get(f"/o/{acme.slug}/audit/?until=9999-12-31").status_code == 200


def test_a_form_shows_nothing_to_who_may_not_see_its_page(acme: Tenant) -> None:
    acme.api(Role.OWNER)
    with scope(acme.organization.pk):
        prefix = Credential.objects.get().prefix
    answer = acme.browser(Role.VIEWER).post(f"/o/{acme.slug}/settings/tokens/create/", {"name": ""})
    assert answer.status_code == 403
    assert prefix not in answer.content.decode()


def test_a_token_does_not_outlive_the_one_that_made_it(acme: Tenant) -> None:
    ends = timezone.now() + timedelta(hours=1)
    with scope(acme.organization.pk):
        _, secret = create_token("Short", acme.member(Role.OPERATOR), limits=Limits(expires_at=ends), actor=acme.system)
    api = Client(headers={"authorization": f"Bearer {secret}"})
    url = f"/api/v1/o/{acme.slug}/tokens/"
    made = api.post(url, {"name": "Child"}, content_type="application/json")
    assert made.status_code == 201
    with scope(acme.organization.pk):
        assert Credential.objects.get(name="Child").expires_at == ends
    later = (ends + timedelta(seconds=1)).isoformat()
    refused = api.post(url, {"name": "Older", "expires_at": later}, content_type="application/json")
    assert refused.status_code == 422
    assert "outlive" in refused.json()["detail"]


def test_visitors_who_never_sign_in_leave_little_and_not_for_long(db: None) -> None:
    for _ in range(3):
        Client().post("/sign-in/nobody/", {"next": "/x" * 100_000})
    assert all(len(row.session_data) < 4_000 for row in Session.objects.all())
    assert all(row.expire_date < timezone.now() + timedelta(hours=1) for row in Session.objects.all())
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    Client().post("/sign-in/nobody/", {"next": ""})
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()


def test_a_logged_request_has_no_query() -> None:
    request = RequestFactory().get("/sign-in/oidc/callback/?code=very-secret&state=also")
    shown = redact(logging.getLogger(), "warning", {"event": "Bad Request", "request": request, "api_token": "nh_x"})
    assert "very-secret" not in str(shown)
    assert "nh_x" not in str(shown)
    assert shown["request"] == "GET /sign-in/oidc/callback/"


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "other"])
def test_a_cookie_with_a_nul_is_refused(cookie: str) -> None:
    browser = Client()
    browser.cookies[cookie] = "abcdefgh\0ijklmnop"  # quoted on the wire, as RFC 6265 has it
    assert browser.get("/").status_code == 400


@pytest.mark.parametrize("address", ["/o/acme/?a=b\0c", "/o/acme/?a=b%00c", "/o/ac%00me/"])
def test_an_address_with_a_nul_is_refused(db: None, address: str) -> None:
    path, _, query = address.partition("?")
    assert Client().get(path.replace("%00", "\0"), QUERY_STRING=query).status_code == 400


@pytest.mark.parametrize("content_type", ["multipart", "urlencoded"])
def test_a_form_says_which_field_has_a_nul(acme: Tenant, content_type: str) -> None:
    browser, path = acme.browser(Role.OWNER), f"/o/{acme.slug}/settings/tokens/create/"
    if content_type == "multipart":
        answer = browser.post(path, {"name": "a\0b"})
    else:
        answer = browser.post(path, "name=a%00b", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert "“name”" in answer.content.decode()
    with scope(acme.organization.pk):
        assert not Credential.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (r'{"name": "a\u0000b"}', "#/name"),
        (r'{"options": {"filter": ["a", {"b": "\u0000"}]}}', "#/options"),
        (r'{"na\u0000me": "a"}', "#/na\\x00me"),
        (r'["\u0000"]', "#"),
    ],
)
def test_the_api_says_which_field_has_a_nul(acme: Tenant, body: str, field: str) -> None:
    answer = acme.api(Role.OWNER).post(f"/api/v1/o/{acme.slug}/tokens/", body, content_type="application/json")
    assert answer.status_code == 422
    [wrong] = answer.json()["errors"]
    assert wrong["pointer"] == field
    assert "NUL" in wrong["detail"]
