"""The page of the API tokens."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.models import Credential
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def once(browser: Client, page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', browser.get(page).content.decode())
    assert found
    return found[1]


def test_a_token_is_shown_once_and_reloading_its_page_makes_no_second(acme: Tenant) -> None:
    browser = acme.browser(Role.OPERATOR)
    page = f"/o/{acme.slug}/settings/tokens/"
    form = {"name": "Backup", "days": "30", "may": "all", "where": "all", "once": once(browser, f"{page}create/")}
    made = browser.post(f"{page}create/", form)
    secret = re.search(r"nh_[A-Za-z0-9_-]{40,}", made.content.decode())
    assert secret
    assert "no-store" in made["Cache-Control"]
    again = browser.post(f"{page}create/", form, follow=True)
    assert "No second secret was made" in again.content.decode()
    assert secret[0] not in browser.get(page).content.decode()
    with scope(acme.organization.pk):
        assert Credential.objects.count() == 1
    api = Client(headers={"authorization": f"Bearer {secret[0]}"})
    assert api.get(f"/api/v1/o/{acme.slug}/actor/").json()["role"] == "operator"


def test_a_form_with_errors_can_be_mended_and_sent_again(acme: Tenant) -> None:
    browser = acme.browser(Role.OPERATOR)
    page = f"/o/{acme.slug}/settings/tokens/"
    wrong = browser.post(
        f"{page}create/",
        {"name": "", "days": "30", "may": "all", "where": "all", "once": once(browser, f"{page}create/")},
    )
    assert wrong.status_code == 422
    fresh = re.search(r'name="once" value="([^"]+)"', wrong.content.decode())
    assert fresh
    assert (
        browser.post(
            f"{page}create/", {"name": "Backup", "days": "30", "may": "all", "where": "all", "once": fresh[1]}
        ).status_code
        == 200
    )


def test_the_address_of_the_site_leads_in(acme: Tenant) -> None:
    assert Client().get("/", follow=True).redirect_chain[-1][0].startswith("/sign-in/")
    assert acme.browser(Role.VIEWER).get("/", follow=True).redirect_chain[-1][0] == f"/o/{acme.slug}/"


def test_whoever_makes_a_token_and_everybody_else_finds_the_documentation_of_the_api(acme: Tenant) -> None:
    address = reverse("api_docs")
    tokens = acme.browser(Role.OPERATOR).get(f"/o/{acme.slug}/settings/tokens/").content.decode()
    assert tokens.count(f'href="{address}"') == 2, "beside the title, and in the menu of the account"
    assert f'href="{address}"' in acme.browser(Role.VIEWER).get(f"/o/{acme.slug}/").content.decode()
    assert Client().get(address).status_code == 200
