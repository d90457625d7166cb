"""The audit log over the API."""

from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.audit import selectors
from apps.audit.models import AuditEntry
from apps.audit.serializers import AuditEntrySerializer
from apps.core.api import OrganizationAPIView


class EntriesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW}
    serializer_class = AuditEntrySerializer

    @extend_schema(
        operation_id="audit_list",
        parameters=[
            OpenApiParameter("event", str),
            OpenApiParameter("subject", str),
            OpenApiParameter("actor", str),
        ],
        tags=["Audit log"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Entries, newest first."""
        given = request.query_params
        wanted = selectors.EntryFilter(
            event=given.get("event", ""), actor=given.get("actor", ""), subject=given.get("subject", "")
        )
        return self.page(selectors.entries(wanted), AuditEntrySerializer)


class EntryView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW}

    @extend_schema(operation_id="audit_get", responses=AuditEntrySerializer, tags=["Audit log"])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One entry."""
        return Response(AuditEntrySerializer(get_object_or_404(AuditEntry.objects, public_id=public_id)).data)
