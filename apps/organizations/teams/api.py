"""Teams and their grants over the API."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission, Role
from apps.core.api import OrganizationAPIView
from apps.core.errors import NotFound
from apps.core.http import ensure
from apps.organizations.models import Membership
from apps.organizations.services import (
    add_to_team,
    create_team,
    delete_team,
    remove_from_team,
    remove_grant,
    rename_team,
    set_grant,
)
from apps.organizations.teams import selectors
from apps.organizations.teams.serializers import (
    AccessSerializer,
    GrantSerializer,
    GrantSetSerializer,
    PlaceAddSerializer,
    PlaceSerializer,
    TeamNameSerializer,
    TeamSerializer,
)

TAGS = ["Teams"]


class TeamsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.TEAM_VIEW, "POST": Permission.TEAM_MANAGE}
    serializer_class = TeamSerializer
    orders: ClassVar = {"created_at": "id", "name": "name"}

    @extend_schema(
        operation_id="teams_list",
        responses=TeamSerializer(many=True),
        parameters=[OpenApiParameter("query", str, description="in the name")],
        tags=TAGS,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The teams, newest first."""
        return self.page(selectors.teams(request.query_params.get("query", "")[:120]), TeamSerializer)

    @extend_schema(operation_id="teams_create", request=TeamNameSerializer, responses={201: TeamSerializer}, tags=TAGS)
    def post(self, request: Request, slug: str) -> Response:
        """Make a team without members and workspaces."""
        made = create_team(self.input(TeamNameSerializer)["name"], actor=self.actor)
        return Response(TeamSerializer(made).data, status=201)


class TeamView(OrganizationAPIView):
    permissions: ClassVar = {
        "GET": Permission.TEAM_VIEW,
        "PATCH": Permission.TEAM_MANAGE,
        "DELETE": Permission.TEAM_MANAGE,
    }
    serializer_class = TeamSerializer

    @extend_schema(operation_id="teams_get", tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One team."""
        return Response(TeamSerializer(selectors.team_named(public_id)).data)

    @extend_schema(operation_id="teams_rename", request=TeamNameSerializer, tags=TAGS)
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Give it another name."""
        team = selectors.team_named(public_id)
        name = self.input(TeamNameSerializer)["name"]
        return Response(TeamSerializer(rename_team(team, name, actor=self.actor)).data)

    @extend_schema(operation_id="teams_delete", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """End it, and what its members had through it. The members stay."""
        delete_team(selectors.team_named(public_id), actor=self.actor)
        return Response(status=204)


class PlacesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.TEAM_VIEW, "POST": Permission.TEAM_MANAGE}
    serializer_class = PlaceSerializer

    @extend_schema(operation_id="team_members_list", responses=PlaceSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """Who is in the team, newest first."""
        return self.page(selectors.places(selectors.team_named(public_id)), PlaceSerializer)

    @extend_schema(
        operation_id="team_members_add", request=PlaceAddSerializer, responses={201: PlaceSerializer}, tags=TAGS
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Give a member a place. 409 when they have one."""
        team = selectors.team_named(public_id)
        wanted = self.input(PlaceAddSerializer)["member"]
        member = Membership.objects.select_related("user").filter(user__public_id=wanted).first()
        if member is None:
            raise NotFound("There is no such member. Nothing was changed.")
        return Response(PlaceSerializer(add_to_team(team, member, actor=self.actor)).data, status=201)


class PlaceView(OrganizationAPIView):
    permissions: ClassVar = {"DELETE": Permission.TEAM_MANAGE}

    @extend_schema(operation_id="team_members_remove", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str, other: str) -> Response:
        """Take the place of the member `other` away."""
        remove_from_team(selectors.place_of(selectors.team_named(public_id), other), actor=self.actor)
        return Response(status=204)


class GrantsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.TEAM_VIEW, "POST": Permission.TEAM_MANAGE}
    serializer_class = GrantSerializer

    @extend_schema(operation_id="team_grants_list", responses=GrantSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """The workspaces that the team holds, newest first: of those that you see."""
        return self.page(selectors.grants(selectors.team_named(public_id)), GrantSerializer)

    @extend_schema(operation_id="team_grants_set", request=GrantSetSerializer, responses=GrantSerializer, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Give the team a role in one workspace, in place of the one that it has there."""
        team = selectors.team_named(public_id)
        given = self.input(GrantSetSerializer)
        workspace = selectors.workspaces().filter(public_id=given["workspace"]).first()
        if workspace is None:
            raise NotFound("There is no such workspace. Nothing was changed.")
        return Response(GrantSerializer(set_grant(team, workspace, Role(given["role"]), actor=self.actor)).data)


class GrantView(OrganizationAPIView):
    permissions: ClassVar = {"DELETE": Permission.TEAM_MANAGE}

    @extend_schema(operation_id="team_grants_remove", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str, other: str) -> Response:
        """Take the team's role in the workspace `other` away."""
        remove_grant(selectors.grant_in(selectors.team_named(public_id), other), actor=self.actor)
        return Response(status=204)


class AccessView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.WORKSPACE_VIEW}
    orders: ClassVar = {}

    @extend_schema(operation_id="workspace_access", responses=AccessSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """Everybody who may do something in a workspace, by name, with the role and the teams that give it."""
        ensure(self.actor, Permission.MEMBER_VIEW)
        found = selectors.access_to(selectors.workspace_named(public_id))
        return self.page(found, AccessSerializer)
