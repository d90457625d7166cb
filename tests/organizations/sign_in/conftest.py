"""A tenant that has brought a provider of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pydantic import SecretStr
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.models import OrganizationProvider
from apps.organizations.sign_in.services import add_provider
from tests.accounts.issuer import NETWORKS, Issuer, serving
from tests.factories.browsers import SUITE
from tests.factories.tenants import Tenant


@dataclass(frozen=True)
class Company:
    """A tenant, its issuer, and the provider that it has made of it."""

    tenant: Tenant
    issuer: Issuer
    key: str

    @property
    def row(self) -> OrganizationProvider:
        return OrganizationProvider.unscoped.get(public_id=self.key)

    def come(self, sub: str, email: str = "", browser: Client | None = None, **claims: Any) -> tuple[Client, Any]:
        """Sign in through it; the browser and the answer."""
        browser = browser or Client()
        going = browser.post(f"/sign-in/{self.key}/")
        return browser, browser.get(self.issuer.agree(address_in(going), sub, email, **claims))


def address_in(going: Any) -> str:
    """Where the page that leads to a provider leads."""
    text = going.content.decode()
    return unescape(text.partition('http-equiv="refresh" content="0;url=')[2].partition('"')[0])


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    cache.clear()
    settings.BASE_URL = "http://testserver"
    settings.ISSUER_NETWORKS = NETWORKS
    settings.SIGN_IN_PROVIDERS = {SUITE.key: SUITE}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with serving() as issuer:
        yield issuer


def with_provider(tenant: Tenant, issuer: Issuer) -> Company:
    with scope(tenant.organization.pk):
        owner = tenant.actor(Role.OWNER)
        made = add_provider("Login", issuer.url, "notionhub", SecretStr("its-secret"), actor=owner)
    return Company(tenant, issuer, made.public_id)


@pytest.fixture
def company(acme: Tenant, issuer: Issuer) -> Company:
    return with_provider(acme, issuer)
