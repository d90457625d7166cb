"""The webhook of a workspace over the API, and the events that came."""

from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import OrganizationAPIView
from apps.workspaces.models import NotionEvent, Webhook, Workspace
from apps.workspaces.webhooks.serializers import (
    NotionEventSerializer,
    WebhookSerializer,
    WebhookUpdateSerializer,
    shown,
)
from apps.workspaces.webhooks.services import close_webhook, open_webhook, update_webhook

TAGS = ["Notion webhooks"]


class WebhookView(OrganizationAPIView):
    permissions: ClassVar = {
        "GET": Permission.WORKSPACE_VIEW,
        "POST": Permission.WORKSPACE_UPDATE,
        "PATCH": Permission.WORKSPACE_UPDATE,
        "DELETE": Permission.WORKSPACE_UPDATE,
    }
    serializer_class = WebhookSerializer

    def webhook(self, public_id: str) -> Webhook:
        rows = Webhook.objects.select_related("workspace", "token")
        return get_object_or_404(rows, workspace__public_id=public_id)

    @extend_schema(operation_id="webhook_get", tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """The address at which Notion tells of the workspace's changes, and how far it is set up."""
        return Response(shown(self.webhook(public_id), self.actor))

    @extend_schema(operation_id="webhook_open", request=None, responses={201: WebhookSerializer}, tags=TAGS)
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Make an address, or a new one that ends the old one. For an hour it takes a verification token."""
        workspace = get_object_or_404(Workspace.objects, public_id=public_id)
        return Response(shown(open_webhook(workspace, actor=self.actor), self.actor), status=201)

    @extend_schema(operation_id="webhook_update", request=WebhookUpdateSerializer, tags=TAGS)
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Say whether changes start a capture by themselves, and when."""
        webhook = self.webhook(public_id)
        given = self.input(WebhookUpdateSerializer)
        return Response(shown(update_webhook(webhook, **given, actor=self.actor), self.actor))

    @extend_schema(operation_id="webhook_close", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """End the address. What came stays for a week."""
        close_webhook(self.webhook(public_id), actor=self.actor)
        return Response(status=204)


class NotionEventsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.WORKSPACE_VIEW}
    serializer_class = NotionEventSerializer
    orders: ClassVar = {"received_at": "id"}
    default_order: ClassVar = "-received_at"

    @extend_schema(
        operation_id="notion_events_list",
        responses=NotionEventSerializer(many=True),
        parameters=[OpenApiParameter("type", str, description="Such as `page.content_updated`.")],
        tags=TAGS,
    )
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """The events that Notion has sent of a workspace in the last week, newest first."""
        workspace = get_object_or_404(Workspace.objects, public_id=public_id)
        rows = NotionEvent.objects.filter(workspace=workspace)
        if wanted := request.query_params.get("type"):
            rows = rows.filter(type=wanted)
        return self.page(rows, NotionEventSerializer)
