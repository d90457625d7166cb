"""Every page × everybody who must not see it."""

import pytest
from django.test import Client

from apps.access.roles import ROLES, Permission, Role
from tests.contracts.routes import Route, pages
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

PAGES = pages()
SEEN = [route for route in PAGES if route.permission is not None]
HIDDEN = [(route, role) for route in SEEN for role in Role if Permission(str(route.permission)) not in ROLES[role]]


def test_there_are_pages_to_sweep() -> None:
    assert len(PAGES) > 20


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_a_stranger_finds_nothing(acme: Tenant, globex: Tenant, route: Route) -> None:
    browser = globex.browser(Role.OWNER)
    path = route.path(acme.slug)
    assert browser.get(path).status_code == 404
    assert browser.post(path).status_code == 404


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_without_a_session_one_is_sent_to_sign_in(acme: Tenant, route: Route) -> None:
    answer = Client().get(route.path(acme.slug))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("route", [route for route in PAGES if route.is_detail], ids=str)
def test_an_id_that_is_not_there_is_not_found(acme: Tenant, route: Route) -> None:
    browser = acme.browser(Role.OWNER)
    codes = {browser.get(route.path(acme.slug)).status_code, browser.post(route.path(acme.slug)).status_code}
    assert 404 in codes
    assert codes <= {404, 405}


@pytest.mark.parametrize(("route", "role"), HIDDEN, ids=str)
def test_a_role_without_the_permission_is_refused(acme: Tenant, route: Route, role: Role) -> None:
    browser = acme.browser(role)
    codes = {browser.get(route.path(acme.slug)).status_code, browser.post(route.path(acme.slug)).status_code}
    assert codes <= {403, 405}
    assert 403 in codes


@pytest.mark.parametrize("route", [route for route in PAGES if not route.is_detail], ids=str)
@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_see_it_sees_with_nothing_there_yet(acme: Tenant, route: Route, role: Role) -> None:
    answer = acme.browser(role).get(route.path(acme.slug))
    if route.permission and Permission(route.permission) not in ROLES[role]:
        assert answer.status_code in (403, 405)
    else:
        assert answer.status_code in (200, 302, 400, 405, 422)


def test_every_page_that_can_be_read_names_a_permission(acme: Tenant) -> None:
    """A page without one must be a form's target only, whose operation asks."""
    browser = acme.browser(Role.OWNER)
    unnamed = [route for route in PAGES if route.permission is None]
    assert [str(r) for r in unnamed if browser.get(r.path(acme.slug)).status_code not in (404, 405)] == []


@pytest.mark.parametrize("route", [route for route in PAGES if not route.is_detail], ids=str)
def test_every_page_has_the_headers_that_a_browser_obeys(acme: Tenant, route: Route) -> None:
    answer = acme.browser(Role.OWNER).get(route.path(acme.slug))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


def test_a_nul_in_a_form_is_refused_on_every_page(acme: Tenant) -> None:
    browser = acme.browser(Role.OWNER)
    answers = {str(route): browser.post(route.path(acme.slug), {"any": "a\0b"}).status_code for route in PAGES}
    assert set(answers.values()) == {422}, answers
