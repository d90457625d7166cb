"""Retention over the API: the rules of a workspace, what they would do, and protecting a snapshot."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import OrganizationAPIView
from apps.snapshots.models import Retention, Snapshot
from apps.snapshots.retention.rules import Rules
from apps.snapshots.retention.selectors import preview, retention_of
from apps.snapshots.retention.serializers import (
    RULES,
    PreviewSerializer,
    ProtectSerializer,
    RetentionSerializer,
    RetentionUpdateSerializer,
    RulesSerializer,
    merged,
)
from apps.snapshots.retention.services import protect_snapshot, set_retention, unprotect_snapshot
from apps.snapshots.serializers import SnapshotSerializer
from apps.workspaces.models import Workspace


def _retention(public_id: str) -> Retention:
    return retention_of(get_object_or_404(Workspace.objects, public_id=public_id))


def _rules(given: dict[str, Any]) -> Rules:
    return Rules(**{name: given[name] for name in RULES})


class RetentionView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.SNAPSHOT_VIEW, "PATCH": Permission.SNAPSHOT_DELETE}
    serializer_class = RetentionSerializer
    needs_match: ClassVar = frozenset({"PATCH"})  # what rules delete comes back no more

    @extend_schema(operation_id="retention_get", tags=["Retention"])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """What the workspace keeps. All 0: everything."""
        return Response(RetentionSerializer(_retention(public_id)).data)

    @extend_schema(operation_id="retention_update", request=RetentionUpdateSerializer, tags=["Retention"])
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Set rules and put them to work at once. What is not given stays. Ask for the preview first."""
        retention = _retention(public_id)
        given = merged(retention, self.input(RetentionUpdateSerializer))
        saved = set_retention(
            retention, _rules(given), exports=given["exports"], time_zone=given["time_zone"], actor=self.actor
        )
        return Response(RetentionSerializer(saved).data)


class RetentionPreviewView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.SNAPSHOT_VIEW}

    @extend_schema(
        operation_id="retention_preview", parameters=[RulesSerializer], responses=PreviewSerializer, tags=["Retention"]
    )
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """What rules would do now: which snapshots go, which stay and why. Changes nothing."""
        retention = _retention(public_id)
        asked = RulesSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        given = merged(retention, asked.validated_data)
        return Response(PreviewSerializer(preview(retention.workspace, _rules(given), given["time_zone"])).data)


class ProtectView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.SNAPSHOT_CAPTURE}

    @extend_schema(
        operation_id="snapshots_protect", request=ProtectSerializer, responses=SnapshotSerializer, tags=["Retention"]
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Keep a snapshot out of every rule. 409 when it is protected, or holds nothing."""
        snapshot = get_object_or_404(Snapshot.objects, public_id=public_id)
        note = self.input(ProtectSerializer)["note"]
        return Response(SnapshotSerializer(protect_snapshot(snapshot, note=note, actor=self.actor)).data)


class UnprotectView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.SNAPSHOT_DELETE}

    @extend_schema(operation_id="snapshots_unprotect", request=None, responses=SnapshotSerializer, tags=["Retention"])
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Give a snapshot back to the rules. 409 when it is not protected."""
        snapshot = get_object_or_404(Snapshot.objects, public_id=public_id)
        return Response(SnapshotSerializer(unprotect_snapshot(snapshot, actor=self.actor)).data)
