"""The organization over the API."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.access.table import table
from apps.core.api import OrganizationAPIView
from apps.core.errors import Invalid
from apps.organizations.models import Organization
from apps.organizations.people.selectors import own_membership
from apps.organizations.serializers import (
    ActorSerializer,
    OrganizationSerializer,
    OrganizationUpdateSerializer,
    PermissionSerializer,
)
from apps.organizations.services import delete_organization, keep_organization, leave, update_organization

TAGS = ["Organization"]


class OrganizationAnswer(OrganizationAPIView):
    """Base of what answers with the organization."""

    serializer_class = OrganizationSerializer

    @property
    def organization(self) -> Organization:
        found: Organization = self.request._request.organization  # type: ignore[attr-defined]
        return found

    def answer(self, status: int = 200) -> Response:
        return Response(OrganizationSerializer(self.organization).data, status=status)


class OrganizationView(OrganizationAnswer):
    permissions: ClassVar = {
        "GET": Permission.ORGANIZATION_VIEW,
        "PATCH": Permission.ORGANIZATION_UPDATE,
        "DELETE": Permission.ORGANIZATION_DELETE,
    }

    @extend_schema(operation_id="organization_get", tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """The organization that this address and token belong to."""
        return self.answer()

    @extend_schema(operation_id="organization_update", request=OrganizationUpdateSerializer, tags=TAGS)
    def patch(self, request: Request, slug: str) -> Response:
        """Give it another name or address. The API is at the new address from then on."""
        given, now = self.input(OrganizationUpdateSerializer), self.organization
        name, new = given.get("name", now.name), given.get("slug", now.slug)
        try:
            update_organization(now, name=name, slug=new, actor=self.actor)
        except Invalid:
            now.refresh_from_db()
            raise
        return self.answer()

    @extend_schema(operation_id="organization_delete", responses={202: OrganizationSerializer}, tags=TAGS)
    def delete(self, request: Request, slug: str) -> Response:
        """Have it deleted at the time that `deletes_at` of the answer names. 409 when that was asked already."""
        delete_organization(self.organization, actor=self.actor)
        return self.answer(202)


class OrganizationKeepView(OrganizationAnswer):
    permissions: ClassVar = {"POST": Permission.ORGANIZATION_DELETE}

    @extend_schema(operation_id="organization_keep", request=None, tags=TAGS)
    def post(self, request: Request, slug: str) -> Response:
        """Call the deletion back. 409 when there is none."""
        keep_organization(self.organization, actor=self.actor)
        return self.answer()


class OrganizationLeaveView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.ORGANIZATION_VIEW}

    @extend_schema(operation_id="organization_leave", request=None, responses={204: None}, tags=TAGS)
    def post(self, request: Request, slug: str) -> Response:
        """End the membership of the person whose token this is, and the token with it. 409 for the last owner."""
        own = own_membership(self.actor)
        if own is None:
            raise Invalid("A service account is no member and cannot leave. Delete it instead.")
        leave(own, actor=self.actor)
        return Response(status=204)


class ActorView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.ORGANIZATION_VIEW}

    @extend_schema(operation_id="actor_get", responses=ActorSerializer, tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """Who this token acts as, and what it may do."""
        return Response(ActorSerializer(self.actor).data)


class RolesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.ORGANIZATION_VIEW}
    orders: ClassVar = {}

    @extend_schema(operation_id="roles_list", responses=PermissionSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """What each role may do: the table that every check reads."""
        rows = [row for _, group in table() for row in group]
        return self.page(rows, PermissionSerializer)
