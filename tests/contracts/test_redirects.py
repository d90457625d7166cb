"""Nobody is led off the site by an address that somebody else has made."""

import pytest
from django.test import Client

from apps.access.roles import Role
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db

AWAY = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example/",
    "\n//evil.example/",
    " //evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://evil.example\\@testserver/",
    "<script>",
    "accounts:sign_out",
    "evil.example",
]


def followed(browser: Client, address: str) -> str:
    answer = browser.get("/sign-in/", {"next": address})
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.mark.parametrize("address", AWAY)
def test_whoever_is_signed_in_already_is_not_led_away(acme: Tenant, address: str) -> None:
    assert followed(acme.browser(Role.VIEWER), address) == "/choose/"


def test_a_path_of_this_site_is_followed(acme: Tenant) -> None:
    assert followed(acme.browser(Role.VIEWER), "/o/acme/jobs/?page=2") == "/o/acme/jobs/?page=2"


@pytest.mark.parametrize("address", AWAY)
def test_a_fragment_of_a_lost_session_leads_to_no_other_site(acme: Tenant, address: str) -> None:
    lost = Client(headers={"hx-request": "true", "hx-current-url": address})
    sent = lost.get(f"/o/{acme.slug}/jobs/")
    assert sent["HX-Redirect"].startswith("/sign-in/?next=")
    assert acme.browser(Role.VIEWER).get(sent["HX-Redirect"])["Location"] == "/choose/"


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/o", "/\\evil.example", "/%2f%2fevil.example", "/%09/evil.example"]
)
def test_a_missing_slash_is_not_added_to_another_site(acme: Tenant, path: str) -> None:
    answer = acme.browser(Role.VIEWER).get(path)
    assert answer.status_code == 404 or answer["Location"].startswith(("/choose/", "/%2F", "/%5C"))


def test_a_moved_organization_leads_to_its_own_new_address(acme: Tenant) -> None:
    answer = acme.browser(Role.OWNER).get(f"/o/{acme.slug}//evil.example/")
    assert answer.status_code == 404
