"""The organization, its people and its tokens over the API."""

from datetime import datetime
from typing import ClassVar, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.api import OrganizationAPIView
from apps.core.errors import Invalid
from apps.organizations import selectors
from apps.organizations.models import ApiToken
from apps.organizations.serializers import (
    ActorSerializer,
    MembershipSerializer,
    OrganizationSerializer,
    TokenCreatedSerializer,
    TokenCreateSerializer,
    TokenSerializer,
)
from apps.organizations.services import create_token, revoke_token


class OrganizationView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.ORGANIZATION_VIEW}

    @extend_schema(operation_id="organization_get", responses=OrganizationSerializer, tags=["Organization"])
    def get(self, request: Request, slug: str) -> Response:
        """The organization that this address and token belong to."""
        return Response(OrganizationSerializer(request._request.organization).data)  # type: ignore[attr-defined]


class ActorView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.ORGANIZATION_VIEW}

    @extend_schema(operation_id="actor_get", responses=ActorSerializer, tags=["Organization"])
    def get(self, request: Request, slug: str) -> Response:
        """Who this token acts as, and what it may do."""
        return Response(ActorSerializer(self.actor).data)


class MembersView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.MEMBER_VIEW}
    serializer_class = MembershipSerializer

    @extend_schema(operation_id="members_list", tags=["Organization"])
    def get(self, request: Request, slug: str) -> Response:
        """The members, newest first."""
        return self.page(selectors.members(), MembershipSerializer)


class TokensView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.TOKEN_VIEW, "POST": Permission.TOKEN_CREATE}
    serializer_class = TokenSerializer

    @extend_schema(operation_id="tokens_list", responses=TokenSerializer(many=True), tags=["API tokens"])
    def get(self, request: Request, slug: str) -> Response:
        """All API tokens of the organization, newest first. Their secrets are not known any more."""
        return self.page(selectors.tokens(), TokenSerializer)

    @extend_schema(
        operation_id="tokens_create",
        request=TokenCreateSerializer,
        responses={201: TokenCreatedSerializer},
        tags=["API tokens"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a token for the person that this token belongs to. The answer is the only place that shows it."""
        given = self.input(TokenCreateSerializer)
        asking = _asking(self.actor)
        expires_at = _within(asking, given["expires_at"])
        token, secret = create_token(given["name"], asking.user, expires_at=expires_at, actor=self.actor)
        data = TokenSerializer(token).data | {"secret": secret}
        return Response(data, status=201, headers={"Cache-Control": "no-store"})


class TokenView(OrganizationAPIView):
    permissions: ClassVar = {"DELETE": Permission.TOKEN_REVOKE}

    @extend_schema(operation_id="tokens_revoke", responses={200: TokenSerializer}, tags=["API tokens"])
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Revoke a token at once."""
        token = get_object_or_404(ApiToken.objects, public_id=public_id)
        return Response(TokenSerializer(revoke_token(token, actor=self.actor)).data)


def _asking(actor: Actor) -> ApiToken:
    """The token that asks; a new one belongs to the same person."""
    return ApiToken.objects.select_related("user").get(pk=cast(int, actor.id))


def _within(asking: ApiToken, expires_at: datetime | None) -> datetime | None:
    """A token does not outlive the one that made it. Raises :class:`Invalid`."""
    if asking.expires_at is None or (expires_at is not None and expires_at <= asking.expires_at):
        return expires_at
    if expires_at is None:
        return asking.expires_at
    raise Invalid(
        f"A token cannot outlive the one that makes it, which ends at {asking.expires_at.isoformat()}.",
        field="expires_at",
    )
