"""Plumbing of the API: DRF only hands the actor on; rights are the operations' business."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.actor import Actor
from apps.core.http import ensure


class ActorAuthentication(BaseAuthentication):
    """The door has decided who this is already."""

    def authenticate(self, request: Request) -> tuple[Actor, None] | None:
        actor: Actor | None = getattr(request._request, "actor", None)
        return (actor, None) if actor else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="NotionHub"'


class ActorRequired(BasePermission):
    """Refuses a method for which the view names no permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.user, Actor):
            return False
        if request.method == "OPTIONS":
            return True
        ensure(request.user, view.permissions[request.method])  # type: ignore[attr-defined]
        return True


class NewestFirst(CursorPagination):
    """Stable paging over rows that keep arriving: a cursor, newest first."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class OrganizationAPIView(GenericAPIView[Any]):
    """Base of all endpoints below ``/api/v1/o/<slug>/``.

    ``permissions`` maps each method that the view has to the permission that it takes.
    """

    permissions: ClassVar[dict[str, str]]
    pagination_class = NewestFirst

    @property
    def actor(self) -> Actor:
        return cast(Actor, self.request.user)

    def page(self, rows: QuerySet[Any], serializer: type[serializers.BaseSerializer[Any]]) -> Response:
        """One page of rows, with the links to the next and previous one."""
        shown = self.paginate_queryset(rows)
        return self.get_paginated_response(serializer(shown, many=True, context={"request": self.request}).data)

    def input(self, serializer: type[serializers.BaseSerializer[Any]]) -> dict[str, Any]:
        """The validated body. Raises DRF's ``ValidationError``, which becomes a 422 problem."""
        checked = serializer(data=self.request.data)
        checked.is_valid(raise_exception=True)
        return cast(dict[str, Any], checked.validated_data)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses keys that it does not know: a misspelt option must not be ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: ["This field is not known here."] for name in unknown})
        return super().to_internal_value(data)


class ActorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apps.core.api.ActorAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token of the organization (`nh_…`).",
        }
