"""Members and invitations over the API."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission, Role
from apps.core.api import OrganizationAPIView
from apps.core.errors import Invalid
from apps.organizations.models import Invitation, Team
from apps.organizations.people import selectors
from apps.organizations.people.serializers import (
    InvitationFilterSerializer,
    InvitationSerializer,
    InviteSerializer,
    MemberFilterSerializer,
    MembershipSerializer,
    RoleSerializer,
)
from apps.organizations.services import (
    change_role,
    invite,
    remove_member,
    resend_invitation,
    transfer_ownership,
    withdraw_invitation,
)

MEMBERS, INVITATIONS = ["Members"], ["Invitations"]


class MembersView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.MEMBER_VIEW}
    serializer_class = MembershipSerializer

    @extend_schema(
        operation_id="members_list",
        responses=MembershipSerializer(many=True),
        parameters=[MemberFilterSerializer],
        tags=MEMBERS,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The members, newest first."""
        return self.page(selectors.members(**_filters(request, MemberFilterSerializer)), MembershipSerializer)


class MemberView(OrganizationAPIView):
    permissions: ClassVar = {
        "GET": Permission.MEMBER_VIEW,
        "PATCH": Permission.MEMBER_UPDATE,
        "DELETE": Permission.MEMBER_REMOVE,
    }
    serializer_class = MembershipSerializer

    @extend_schema(operation_id="members_get", tags=MEMBERS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One member."""
        return Response(MembershipSerializer(selectors.member_named(public_id)).data)

    @extend_schema(operation_id="members_update", request=RoleSerializer, tags=MEMBERS)
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Give them another role. Only owners make and unmake owners; 409 when no owner would be left."""
        membership = selectors.member_named(public_id)
        role = Role(self.input(RoleSerializer)["role"])
        return Response(MembershipSerializer(change_role(membership, role, actor=self.actor)).data)

    @extend_schema(operation_id="members_remove", responses={204: None}, tags=MEMBERS)
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """End the membership, the places in teams and the API tokens. 409 for the last owner."""
        remove_member(selectors.member_named(public_id), actor=self.actor)
        return Response(status=204)


class MemberTransferView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.ORGANIZATION_TRANSFER}

    @extend_schema(operation_id="members_transfer", request=None, responses=MembershipSerializer, tags=MEMBERS)
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Hand the ownership of the person whose token this is to this member. They stay as an admin."""
        heir, own = selectors.member_named(public_id), selectors.own_membership(self.actor)
        if own is None:
            raise Invalid("A service account owns nothing that could be handed over. Make the member an owner instead.")
        return Response(MembershipSerializer(transfer_ownership(heir, own, actor=self.actor)).data)


class InvitationsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.MEMBER_VIEW, "POST": Permission.MEMBER_ADD}
    serializer_class = InvitationSerializer

    @extend_schema(
        operation_id="invitations_list",
        responses=InvitationSerializer(many=True),
        parameters=[InvitationFilterSerializer],
        tags=INVITATIONS,
    )
    def get(self, request: Request, slug: str) -> Response:
        """All invitations, newest first."""
        found = selectors.invitations(**_filters(request, InvitationFilterSerializer))
        rows = self.paginate_queryset(found)
        return self.get_paginated_response([_told(row) for row in rows or []])

    @extend_schema(
        operation_id="invitations_create",
        request=InviteSerializer,
        responses={201: InvitationSerializer},
        tags=INVITATIONS,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Invite somebody by e-mail. A job sends the link, which nobody else gets to see."""
        given = self.input(InviteSerializer)
        teams = list(Team.objects.filter(public_id__in=given["teams"]))
        if len(teams) != len(set(given["teams"])):
            raise Invalid("One of these teams is not there.", field="teams")
        made = invite(given["email"], role=Role(given["role"]), teams=teams, actor=self.actor)
        return Response(_told(made), status=201)


class InvitationView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.MEMBER_VIEW, "DELETE": Permission.MEMBER_ADD}
    serializer_class = InvitationSerializer

    @extend_schema(operation_id="invitations_get", tags=INVITATIONS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One invitation."""
        return Response(_told(_invitation(public_id)))

    @extend_schema(operation_id="invitations_withdraw", responses={200: InvitationSerializer}, tags=INVITATIONS)
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Withdraw it: its link works no more. 409 when it has ended."""
        return Response(_told(withdraw_invitation(_invitation(public_id), actor=self.actor)))


class InvitationResendView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.MEMBER_ADD}
    serializer_class = InvitationSerializer

    @extend_schema(operation_id="invitations_resend", request=None, tags=INVITATIONS)
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Send a new link, good for the whole time again; the old one ends. 409 when it was accepted or withdrawn."""
        return Response(_told(resend_invitation(_invitation(public_id), actor=self.actor)))


def _invitation(public_id: str) -> Invitation:
    found: Invitation = get_object_or_404(selectors.invitations(), public_id=public_id)
    return found


def _told(invitation: Invitation) -> dict[str, Any]:
    return dict(InvitationSerializer(invitation, context={"now": timezone.now()}).data)


def _filters(request: Request, serializer: type[Any]) -> dict[str, Any]:
    checked = serializer(data=request.query_params)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)
