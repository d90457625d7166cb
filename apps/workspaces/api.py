"""Workspaces over the API."""

from typing import ClassVar

from django.conf import settings
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from pydantic import SecretStr
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import OrganizationAPIView
from apps.workspaces import selectors
from apps.workspaces.models import ConnectionKind, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.serializers import ConnectSerializer, WorkspaceSerializer, WorkspaceUpdateSerializer
from apps.workspaces.services import connect_workspace, disconnect_workspace, update_workspace
from apps.workspaces.verify import verify_workspace


class WorkspacesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.WORKSPACE_VIEW, "POST": Permission.WORKSPACE_CONNECT}
    serializer_class = WorkspaceSerializer
    orders: ClassVar = {"created_at": "id", "name": "name"}

    @extend_schema(operation_id="workspaces_list", responses=WorkspaceSerializer(many=True), tags=["Workspaces"])
    def get(self, request: Request, slug: str) -> Response:
        """The connected workspaces, newest first."""
        return self.page(selectors.workspaces(), WorkspaceSerializer)

    @extend_schema(
        operation_id="workspaces_connect",
        request=ConnectSerializer,
        responses={201: WorkspaceSerializer},
        tags=["Workspaces"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Connect a workspace by a Notion token. Notion is asked at once; a refused token stores nothing."""
        given = self.input(ConnectSerializer)
        token, version = SecretStr(given["token"]), given.get("api_version")
        base_url = settings.NOTION_BASE_URL
        workspace = connect_workspace(
            probe(token, base_url, version),
            base_url=base_url,
            token=token,
            connection=ConnectionKind.TOKEN,
            api_version=version,
            actor=self.actor,
        )
        return Response(WorkspaceSerializer(workspace).data, status=201)


class WorkspaceView(OrganizationAPIView):
    permissions: ClassVar = {
        "GET": Permission.WORKSPACE_VIEW,
        "PATCH": Permission.WORKSPACE_UPDATE,
        "DELETE": Permission.WORKSPACE_DISCONNECT,
    }
    serializer_class = WorkspaceSerializer

    def workspace(self, public_id: str) -> Workspace:
        return get_object_or_404(Workspace.objects, public_id=public_id)

    @extend_schema(operation_id="workspaces_get", tags=["Workspaces"])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One workspace."""
        return Response(WorkspaceSerializer(self.workspace(public_id)).data)

    @extend_schema(operation_id="workspaces_update", request=WorkspaceUpdateSerializer, tags=["Workspaces"])
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Change how many requests per window we allow ourselves, or the version of Notion's API."""
        workspace = self.workspace(public_id)
        given = self.input(WorkspaceUpdateSerializer)
        return Response(WorkspaceSerializer(update_workspace(workspace, **given, actor=self.actor)).data)

    @extend_schema(operation_id="workspaces_disconnect", responses={200: WorkspaceSerializer}, tags=["Workspaces"])
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Forget the keys of a workspace. Its snapshots and exports stay."""
        return Response(WorkspaceSerializer(disconnect_workspace(self.workspace(public_id), actor=self.actor)).data)


class VerifyView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.WORKSPACE_UPDATE}

    @extend_schema(operation_id="workspaces_verify", request=None, responses=WorkspaceSerializer, tags=["Workspaces"])
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Ask Notion whether the stored key still works, and what it opens."""
        workspace = get_object_or_404(Workspace.objects, public_id=public_id)
        return Response(WorkspaceSerializer(verify_workspace(workspace, actor=self.actor)).data)
