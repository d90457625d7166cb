"""Destinations and retention over the API."""

from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from pydantic import SecretStr
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.audit.forwarding import selectors, services
from apps.audit.models import Destination
from apps.audit.retention import rules_here, set_retention
from apps.audit.serializers import (
    DestinationCreateSerializer,
    DestinationSerializer,
    DestinationUpdateSerializer,
    LogRulesSerializer,
    LogRulesUpdateSerializer,
)
from apps.core.api import OrganizationAPIView

TAGS = ["Audit log"]


class DestinationsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW, "POST": Permission.AUDIT_MANAGE}
    serializer_class = DestinationSerializer
    orders: ClassVar = {}

    @extend_schema(operation_id="audit_destinations_list", responses=DestinationSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """Where entries are sent, and how far each has come; by name."""
        return self.page(selectors.states(), DestinationSerializer)

    @extend_schema(
        operation_id="audit_destinations_create",
        request=DestinationCreateSerializer,
        responses={201: DestinationSerializer},
        tags=TAGS,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Send entries there from now on. `authorization` is kept sealed and never told again."""
        given = self.input(DestinationCreateSerializer)
        secret = given.pop("authorization")
        made = services.create_destination(**given, secret=SecretStr(secret) if secret else None, actor=self.actor)
        return Response(DestinationSerializer(selectors.state_of(made)).data, status=201)


class DestinationView(OrganizationAPIView):
    permissions: ClassVar = {
        "GET": Permission.AUDIT_VIEW,
        "PATCH": Permission.AUDIT_MANAGE,
        "DELETE": Permission.AUDIT_MANAGE,
    }

    @extend_schema(operation_id="audit_destinations_get", responses=DestinationSerializer, tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One destination."""
        return Response(DestinationSerializer(selectors.state_of(_named(public_id))).data)

    @extend_schema(
        operation_id="audit_destinations_update",
        request=DestinationUpdateSerializer,
        responses=DestinationSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Pause it, or go on where it stopped, at once."""
        destination = _named(public_id)
        enabled = self.input(DestinationUpdateSerializer)["enabled"]
        changed = services.switch_destination(destination, enabled, actor=self.actor)
        return Response(DestinationSerializer(selectors.state_of(changed)).data)

    @extend_schema(operation_id="audit_destinations_delete", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Send nothing there any more."""
        services.delete_destination(_named(public_id), actor=self.actor)
        return Response(status=204)


class RetentionView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW, "PATCH": Permission.AUDIT_MANAGE}

    @extend_schema(operation_id="audit_retention_get", responses=LogRulesSerializer, tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """For how many days entries are kept; null is for ever."""
        return Response(LogRulesSerializer(rules_here()).data)

    @extend_schema(
        operation_id="audit_retention_update",
        request=LogRulesUpdateSerializer,
        responses=LogRulesSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Keep entries for so many days. What is let go of cannot be brought back; the chain stays provable."""
        days = self.input(LogRulesUpdateSerializer)["keep_days"]
        return Response(LogRulesSerializer(set_retention(rules_here(), days, actor=self.actor)).data)


def _named(public_id: str) -> Destination:
    return get_object_or_404(Destination.objects, public_id=public_id)
