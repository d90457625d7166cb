"""Service accounts and their credentials over the API."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission, Role
from apps.core.api import OrganizationAPIView
from apps.organizations.credentials import selectors
from apps.organizations.credentials.accounts import (
    Charter,
    create_service_account,
    delete_service_account,
    switch_service_account,
    update_service_account,
)
from apps.organizations.credentials.api import CredentialAPIView, changed
from apps.organizations.credentials.limits import Limits
from apps.organizations.credentials.serializers import (
    CredentialCreateSerializer,
    CredentialSerializer,
    CredentialUpdateSerializer,
    RotationSerializer,
    SecretSerializer,
    ServiceAccountSerializer,
    ServiceAccountUpdateSerializer,
    ServiceAccountWriteSerializer,
    named_workspaces,
)
from apps.organizations.credentials.services import add_credential, family_of
from apps.organizations.models import CredentialKind, ServiceAccount

ACCOUNT = "Service accounts"
SEE, MANAGE = Permission.SERVICE_ACCOUNT_VIEW, Permission.SERVICE_ACCOUNT_MANAGE


class ServiceAccountsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": SEE, "POST": MANAGE}
    serializer_class = ServiceAccountSerializer

    @extend_schema(operation_id="service_accounts_list", responses=ServiceAccountSerializer(many=True), tags=[ACCOUNT])
    def get(self, request: Request, slug: str) -> Response:
        """The service accounts, newest first."""
        return self.page(selectors.service_accounts(), ServiceAccountSerializer)

    @extend_schema(
        operation_id="service_accounts_create",
        request=ServiceAccountWriteSerializer,
        responses={201: ServiceAccountSerializer},
        tags=[ACCOUNT],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a service account, with at most the rights of this credential."""
        account = create_service_account(_charter(self.input(ServiceAccountWriteSerializer)), actor=self.actor)
        return Response(ServiceAccountSerializer(account).data, status=201)


class ServiceAccountView(OrganizationAPIView):
    permissions: ClassVar = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="service_accounts_get", responses=ServiceAccountSerializer, tags=[ACCOUNT])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One service account."""
        return Response(ServiceAccountSerializer(self._account(public_id)).data)

    @extend_schema(
        operation_id="service_accounts_update",
        request=ServiceAccountUpdateSerializer,
        responses=ServiceAccountSerializer,
        tags=[ACCOUNT],
    )
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Change a service account. Its credentials follow at their next request."""
        account = self._account(public_id)
        given = self.input(ServiceAccountUpdateSerializer)
        sent = cast(Mapping[str, Any], self.request.data)
        if set(sent) - {"is_on"}:
            account = update_service_account(account, _charter(_as_it_is(account, given, sent)), actor=self.actor)
        if "is_on" in sent:
            account = switch_service_account(account, given["is_on"], actor=self.actor)
        return Response(ServiceAccountSerializer(account).data)

    @extend_schema(operation_id="service_accounts_delete", responses={204: None}, tags=[ACCOUNT])
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Delete a service account with all of its credentials."""
        delete_service_account(self._account(public_id), actor=self.actor)
        return Response(status=204)

    def _account(self, public_id: str) -> ServiceAccount:
        return get_object_or_404(selectors.service_accounts(), public_id=public_id)


class ServiceAccountCredentialsView(CredentialAPIView):
    permissions: ClassVar = {"GET": SEE, "POST": MANAGE}
    serializer_class = CredentialSerializer

    @extend_schema(
        operation_id="service_account_credentials_list", responses=CredentialSerializer(many=True), tags=[ACCOUNT]
    )
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """The tokens and OAuth clients of a service account, newest first."""
        account = get_object_or_404(ServiceAccount.objects, public_id=public_id)
        return self.page(selectors.credentials_of(account), CredentialSerializer)

    @extend_schema(
        operation_id="service_account_credentials_create",
        request=CredentialCreateSerializer,
        responses={201: SecretSerializer},
        tags=[ACCOUNT],
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Make a token or an OAuth client of a service account. The answer is the only place that shows its secret."""
        account = get_object_or_404(ServiceAccount.objects, public_id=public_id)
        given = self.input(CredentialCreateSerializer)
        limits = replace(changed(Limits(), given, given), expires_at=given["expires_at"])
        kind = CredentialKind(given["kind"])
        return self.with_secret(add_credential(kind, given["name"], account, limits=limits, actor=self.actor), 201)


class ServiceAccountCredentialView(CredentialAPIView):
    permissions: ClassVar = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="service_account_credentials_get", responses=CredentialSerializer, tags=[ACCOUNT])
    def get(self, request: Request, slug: str, public_id: str, other: str) -> Response:
        """One credential of a service account."""
        return self.shown(self.credential(public_id, other))

    @extend_schema(
        operation_id="service_account_credentials_update",
        request=CredentialUpdateSerializer,
        responses=CredentialSerializer,
        tags=[ACCOUNT],
    )
    def patch(self, request: Request, slug: str, public_id: str, other: str) -> Response:
        """Change its name, its limits, or switch it on or off."""
        return self.change(self.credential(public_id, other))

    @extend_schema(
        operation_id="service_account_credentials_revoke", responses={200: CredentialSerializer}, tags=[ACCOUNT]
    )
    def delete(self, request: Request, slug: str, public_id: str, other: str) -> Response:
        """Revoke it at once, and with a client its access tokens."""
        credential = self.credential(public_id, other)
        return self.shown(family_of(credential).revoke(credential, actor=self.actor))


class ServiceAccountRotationView(CredentialAPIView):
    permissions: ClassVar = {"POST": MANAGE}

    @extend_schema(
        operation_id="service_account_credentials_rotate",
        request=RotationSerializer,
        responses={200: SecretSerializer},
        tags=[ACCOUNT],
    )
    def post(self, request: Request, slug: str, public_id: str, other: str) -> Response:
        """A new secret. The old one works until `previous_expires_at`."""
        return self.rotate(self.credential(public_id, other))


class ServiceAccountPreviousView(CredentialAPIView):
    permissions: ClassVar = {"DELETE": MANAGE}

    @extend_schema(
        operation_id="service_account_credentials_end_previous", responses={200: CredentialSerializer}, tags=[ACCOUNT]
    )
    def delete(self, request: Request, slug: str, public_id: str, other: str) -> Response:
        """End the secret before the last rotation now, before its grace is over."""
        credential = self.credential(public_id, other)
        return self.shown(family_of(credential).end_previous(credential, actor=self.actor))


def _as_it_is(account: ServiceAccount, given: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The whole charter: what was sent, and the rest as it is. A role takes the place of permissions, and the other
    way round."""
    known = selectors.workspaces_by_key()
    kept = {
        "name": account.name,
        "note": account.note,
        "role": None if "permissions" in sent else account.role or None,
        "permissions": None if "role" in sent else account.permissions or None,
        "workspaces": None
        if account.workspace_ids is None
        else [known[key].public_id for key in account.workspace_ids if key in known],
    }
    return kept | {name: given[name] for name in kept if name in sent}


def _charter(given: Mapping[str, Any]) -> Charter:
    return Charter(
        given["name"],
        given["note"],
        Role(given["role"]) if given["role"] else None,
        frozenset(map(Permission, given["permissions"] or ())),
        named_workspaces(given["workspaces"]),
    )
