"""API tokens over the API, and what one credential has whoever owns it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.accounts.models import User
from apps.core.api import OrganizationAPIView
from apps.core.errors import Invalid
from apps.organizations.credentials import selectors
from apps.organizations.credentials.limits import Limits, limits_of
from apps.organizations.credentials.serializers import (
    CredentialSerializer,
    CredentialUpdateSerializer,
    RotationSerializer,
    SecretSerializer,
    TokenCreateSerializer,
    named_workspaces,
)
from apps.organizations.credentials.services import create_token, family_of, person_of
from apps.organizations.models import Credential, ServiceAccount

TAG = "API tokens"


class CredentialAPIView(OrganizationAPIView):
    """What is the same for a person's token and a service account's credential."""

    def credential(self, public_id: str, other: str | None = None) -> Credential:
        if other is None:
            return get_object_or_404(selectors.tokens(), public_id=public_id)
        account = get_object_or_404(ServiceAccount.objects, public_id=public_id)
        return get_object_or_404(selectors.credentials_of(account), public_id=other)

    def shown(self, credential: Credential, status: int = 200) -> Response:
        return Response(CredentialSerializer(credential).data, status=status)

    def with_secret(self, made: tuple[Credential, str], status: int) -> Response:
        credential, secret = made
        data = CredentialSerializer(credential).data | {"secret": secret}
        return Response(data, status=status, headers={"Cache-Control": "no-store"})

    def change(self, credential: Credential) -> Response:
        given = self.input(CredentialUpdateSerializer)
        sent, family = cast(Mapping[str, Any], self.request.data), family_of(credential)
        if set(sent) == {"is_on"}:
            return self.shown(family.switch(credential, given["is_on"], actor=self.actor))
        limits = changed(limits_of(credential), given, sent)
        name, is_on = given.get("name", credential.name), given.get("is_on", credential.is_on)
        return self.shown(family.update(credential, name, limits, is_on, actor=self.actor))

    def rotate(self, credential: Credential) -> Response:
        given = self.input(RotationSerializer)
        grace = timedelta(seconds=given["grace"]) if "grace" in given else None
        made = family_of(credential).rotate(credential, grace=grace, expires_at=given["expires_at"], actor=self.actor)
        return self.with_secret(made, 200)


class TokensView(CredentialAPIView):
    permissions: ClassVar = {"GET": Permission.TOKEN_VIEW, "POST": Permission.TOKEN_CREATE}
    serializer_class = CredentialSerializer

    @extend_schema(operation_id="tokens_list", responses=CredentialSerializer(many=True), tags=[TAG])
    def get(self, request: Request, slug: str) -> Response:
        """All API tokens of people, newest first. Their secrets are not known any more."""
        return self.page(selectors.tokens(), CredentialSerializer)

    @extend_schema(
        operation_id="tokens_create", request=TokenCreateSerializer, responses={201: SecretSerializer}, tags=[TAG]
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a token for the person that this token belongs to. The answer is the only place that shows it."""
        given = self.input(TokenCreateSerializer)
        owner = User.objects.filter(pk=person_of(self.actor) or 0).first()
        if owner is None:
            raise Invalid("A service account has no tokens of a person. Make it a credential of its own.")
        limits = replace(changed(Limits(), given, given), expires_at=given["expires_at"])
        return self.with_secret(create_token(given["name"], owner, limits=limits, actor=self.actor), 201)


class TokenView(CredentialAPIView):
    permissions: ClassVar = {
        "GET": Permission.TOKEN_VIEW,
        "PATCH": Permission.TOKEN_CREATE,
        "DELETE": Permission.TOKEN_REVOKE,
    }

    @extend_schema(operation_id="tokens_get", responses=CredentialSerializer, tags=[TAG])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One token: its limits, its last use, its end."""
        return self.shown(self.credential(public_id))

    @extend_schema(
        operation_id="tokens_update", request=CredentialUpdateSerializer, responses=CredentialSerializer, tags=[TAG]
    )
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Change its name, its limits, or switch it on or off. Only its owner changes more than that."""
        return self.change(self.credential(public_id))

    @extend_schema(operation_id="tokens_revoke", responses={200: CredentialSerializer}, tags=[TAG])
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Revoke a token at once."""
        token = self.credential(public_id)
        return self.shown(family_of(token).revoke(token, actor=self.actor))


class TokenRotationView(CredentialAPIView):
    permissions: ClassVar = {"POST": Permission.TOKEN_CREATE}

    @extend_schema(
        operation_id="tokens_rotate", request=RotationSerializer, responses={200: SecretSerializer}, tags=[TAG]
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """A new secret. The old one works until `previous_expires_at`. A token that rotates itself keeps its end."""
        return self.rotate(self.credential(public_id))


class TokenPreviousView(CredentialAPIView):
    permissions: ClassVar = {"DELETE": Permission.TOKEN_REVOKE}

    @extend_schema(operation_id="tokens_end_previous", responses={200: CredentialSerializer}, tags=[TAG])
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """End the secret before the last rotation now, before its grace is over."""
        token = self.credential(public_id)
        return self.shown(family_of(token).end_previous(token, actor=self.actor))


def changed(limits: Limits, given: Mapping[str, Any], sent: Mapping[str, Any]) -> Limits:
    """With what was sent in place of what there is."""
    if "permissions" in sent:
        named = given["permissions"]
        limits = replace(limits, permissions=None if named is None else frozenset(map(Permission, named)))
    if "workspaces" in sent:
        limits = replace(limits, workspace_ids=named_workspaces(given["workspaces"]))
    if "networks" in sent:
        limits = replace(limits, networks=tuple(given["networks"]))
    return limits
