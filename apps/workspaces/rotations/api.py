"""Rotations of many workspaces over the API."""

from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from pydantic import SecretStr
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import OrganizationAPIView
from apps.workspaces.models import Rotation
from apps.workspaces.rotations.selectors import items_of, rotations
from apps.workspaces.rotations.serializers import (
    RotationItemSerializer,
    RotationReportSerializer,
    RotationSerializer,
    StartRotationSerializer,
)
from apps.workspaces.rotations.services import NewKey, start_rotation

TAGS = ["Notion keys"]


class RotationsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.KEY_VIEW, "POST": Permission.KEY_ROTATE}
    serializer_class = RotationSerializer

    @extend_schema(operation_id="rotations_list", responses=RotationSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """Rotations of many workspaces, newest first."""
        return self.page(rotations(), RotationSerializer)

    @extend_schema(
        operation_id="rotations_start",
        request=StartRotationSerializer,
        responses={202: RotationSerializer},
        tags=TAGS,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Rotate many workspaces as one job. A key that would lose something waits for a person; the others go on."""
        given = self.input(StartRotationSerializer)
        keys = [NewKey(SecretStr(each["token"]), each["expires_at"]) for each in given["keys"]]
        rotation = start_rotation(keys, given["refresh"], grace_days=given["grace_days"], actor=self.actor)
        return Response(RotationSerializer(rotation).data, status=202)


class RotationView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.KEY_VIEW}
    serializer_class = RotationReportSerializer

    @extend_schema(operation_id="rotations_get", tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """The report: a line per key."""
        rotation = get_object_or_404(Rotation.objects, public_id=public_id)
        lines = RotationItemSerializer(items_of(rotation), many=True).data
        return Response({**RotationSerializer(rotation).data, "items": lines})
