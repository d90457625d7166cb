"""Every address of the site, whoever asks and whatever comes of it, answers with what a browser must be told."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings

from apps.access.roles import Role
from tests.contracts.routes import Route, routes
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

EVERYTHING = routes("/")
ERRORS = {
    "/nowhere/": 404,
    "/api/v1/nowhere/": 404,
    "/o/nobody/": 302,
    "/?x=" + "y" * 5_000: 414,
    "/%00": 400,
    "/links/files/a?key=forged": 403,
    "/links/nothing/a?key=forged": 403,
    "//evil.example/o": 404,
}


def told(answer: Any, where: str) -> None:
    """Assert what OWASP ASVS 4.0.3, section 14.4, wants of each answer."""
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'", where
    assert policy["base-uri"] == "'none'", where
    assert policy["frame-ancestors"] == "'none'", where
    assert "form-action" in policy, where
    assert not re.search(r"unsafe|\*|\bhttps?:(?!//)|strict-dynamic", answer["Content-Security-Policy"]), where
    if "sandbox" not in policy:
        assert (policy["script-src"], policy["style-src"]) == ("'self'", "'self'"), where
    assert answer["X-Frame-Options"] == "DENY", where
    assert answer["X-Content-Type-Options"] == "nosniff", where
    assert answer["Referrer-Policy"] == "same-origin", where
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin", where
    assert "camera=()" in answer["Permissions-Policy"], where
    assert answer["X-Request-ID"], where
    assert "Server" not in answer, where
    assert "Access-Control-Allow-Origin" not in answer or where in READ_BY_PAGES, where
    assert "Access-Control-Allow-Credentials" not in answer, where
    if answer.get("Content-Type"):
        assert re.search(r"charset=|json|octet-stream|image/|zip", answer["Content-Type"]), where
    cached = answer["Cache-Control"]
    assert "private" in cached or "no-store" in cached or where.startswith(PUBLIC), f"{where}: {cached}"


PUBLIC = ("/api/v1/schema/", "/api/v1/docs/", "/oauth/", "/.well-known/")
"""What says nothing of anybody may be kept by anybody."""
READ_BY_PAGES = ("/oauth/keys", "/.well-known/oauth-authorization-server")
"""Public keys and addresses, which a page of anybody may read; no cookie goes there and back."""


def path_of(route: Route, slug: str) -> str:
    named = set(re.findall(r"{(\w+)}", route.template))
    return route.path(slug, **dict.fromkeys(named - {"slug", "public_id", "object_id", "other"}, "nothing"))


def test_every_address_tells_whoever_asks(acme: Tenant) -> None:
    assert len(EVERYTHING) > 150
    stranger, owner, program = Client(), acme.browser(Role.OWNER), acme.api(Role.OWNER)
    for client in (stranger, owner, program):
        client.raise_request_exception = False  # others sweep for faults; here they must tell as much
    for route in EVERYTHING:
        path = path_of(route, acme.slug)
        told(stranger.get(path), path)
        told((program if path.startswith("/api/v1/o/") else owner).get(path), path)


def test_every_address_tells_whoever_sends_a_form(acme: Tenant) -> None:
    owner = acme.browser(Role.OWNER)
    owner.raise_request_exception = False
    for route in EVERYTHING:
        path = path_of(route, acme.slug)
        if "sign-out" not in path:
            told(owner.post(path), path)


@pytest.mark.parametrize(("path", "status"), ERRORS.items(), ids=lambda value: str(value)[:30])
def test_errors_tell_as_much(acme: Tenant, path: str, status: int) -> None:
    answer = Client().get(path)
    assert answer.status_code == status
    told(answer, path)


def test_a_form_without_its_token_is_told_as_much(acme: Tenant) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(acme.member(Role.OWNER))
    answer = browser.post("/sign-out/")
    assert answer.status_code == 403
    told(answer, "/sign-out/")


def test_a_host_that_is_not_ours_is_refused_and_told_as_much(db: None) -> None:
    answer = Client(SERVER_NAME="evil.example").get("/sign-in/")
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content
    told(answer, "/sign-in/")


def test_a_fault_of_ours_is_told_as_much(acme: Tenant) -> None:
    """The address of a table that is gone: the nearest thing to a fault that the suite can have."""
    from django.db import connection

    browser = acme.browser(Role.OWNER)
    browser.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE jobs_job RENAME TO jobs_gone")
    answer = browser.get(f"/o/{acme.slug}/jobs/")
    assert answer.status_code == 500
    assert b"jobs_job" not in answer.content
    told(answer, "/jobs/")


def test_static_files_are_under_the_policy_too(db: None, settings: Settings) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    assert finders.find("favicon.svg")
    answer = Client().get(f"{settings.STATIC_URL}favicon.svg")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer
    answer.close()


def test_no_cookie_can_be_read_by_a_script_or_sent_along_from_elsewhere(acme: Tenant, settings: Settings) -> None:
    browser = acme.browser(Role.OWNER)
    browser.get(f"/o/{acme.slug}/settings/")
    made = browser.cookies
    assert set(made) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert all(cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in made.values() if cookie["max-age"])
