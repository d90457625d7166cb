"""Plumbing of the API: the base of every endpoint, its input and its paging."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.actor import Actor
from apps.core.scopes import narrowed
from apps.core.storage.links import Link


class NewestFirst(CursorPagination):
    """Stable paging over rows that keep arriving: a cursor, newest first."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        position = getattr(cursor, "position", None)
        if position is not None and not (position.isascii() and position.isdigit() and len(position) <= 18):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class OrganizationAPIView(GenericAPIView[Any]):
    """Base of all endpoints below ``/api/v1/o/<slug>/``.

    ``permissions`` maps each method that the view has to the permission that it takes.
    """

    permissions: ClassVar[dict[str, str]]
    pagination_class = NewestFirst

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Reads see only the workspaces in which the actor has the permission; a write is refused by its operation."""
        permission = self.permissions.get("GET") if request.method in ("GET", "HEAD") else None
        actor: Actor | None = getattr(request, "actor", None)
        with narrowed(actor.where(permission) if actor and permission else None):
            return super().dispatch(request, *args, **kwargs)

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


class LinkSerializer(serializers.Serializer[Link]):
    """A link that gives a file to whoever has it."""

    url = serializers.CharField(help_text="Treat it as a secret.")
    expires_at = serializers.DateTimeField()


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses keys that it does not know: a misspelt option must not be ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: ["This field is not known here."] for name in unknown})
        return super().to_internal_value(data)
