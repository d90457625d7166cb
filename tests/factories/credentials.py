"""Service accounts and what they come with, made through the same operations as in the product."""

import base64
from dataclasses import dataclass
from typing import Any

from django.test import Client

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.credentials.accounts import Charter, create_service_account
from apps.organizations.credentials.limits import Limits
from apps.organizations.credentials.services import add_credential
from apps.organizations.models import Credential, CredentialKind, ServiceAccount
from tests.factories.tenants import Tenant


@dataclass(frozen=True)
class Program:
    """A service account with an OAuth client, and how it calls."""

    tenant: Tenant
    account: ServiceAccount
    client: Credential
    secret: str

    @property
    def basic(self) -> str:
        return basic(self.client.public_id, self.secret)

    def ask(self, path: str = "token", **body: str) -> Any:
        """Ask the authorization server, with the secret in the header."""
        if path == "token":
            body.setdefault("grant_type", "client_credentials")
        return Client(headers={"authorization": self.basic}).post(f"/oauth/{path}", body)

    def access_token(self, **body: str) -> str:
        answer = self.ask(**body)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["access_token"])

    def api(self, access_token: str = "") -> Client:
        return bearer(access_token or self.access_token())


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def bearer(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


def make_account(tenant: Tenant, charter: Charter | None = None) -> ServiceAccount:
    with scope(tenant.organization.pk):
        return create_service_account(charter or Charter("Warehouse", role=Role.OPERATOR), actor=tenant.system)


def make_program(tenant: Tenant, charter: Charter | None = None, limits: Limits | None = None) -> Program:
    account = make_account(tenant, charter)
    with scope(tenant.organization.pk):
        client, secret = add_credential(CredentialKind.CLIENT, "Loader", account, limits=limits, actor=tenant.system)
    return Program(tenant, account, client, secret)


def make_token(tenant: Tenant, account: ServiceAccount, limits: Limits | None = None) -> tuple[Credential, str]:
    with scope(tenant.organization.pk):
        return add_credential(CredentialKind.TOKEN, "Nightly", account, limits=limits, actor=tenant.system)
