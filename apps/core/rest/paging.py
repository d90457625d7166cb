"""Pages of a list by keyset: what a page costs does not depend on how far in it lies, nor on how long the list is.

A list is ordered by one column that is indexed behind the organization, and by the row's number where that is equal.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from apps.core.errors import InvalidQuery

PAGE, LONGEST = 50, 200
FARTHEST = 2**63
STRANGE = "This is not a cursor that this list gave. Begin without one."


@dataclass(frozen=True, slots=True)
class Cursor:
    """Beyond which row to go on, in the order ``order``, or before which row when ``back``."""

    order: str
    back: bool
    value: Any
    pk: int

    def written(self) -> str:
        parts = [self.order, int(self.back), self.value if isinstance(self.value, int) else str(self.value), self.pk]
        return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


class Keyset(BasePagination):
    """Needs of its view ``orders``: what ``order=`` names → column, and ``default_order``."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        order = request.query_params.get("order", view.default_order)
        column, falling = view.orders[order.lstrip("-")], order.startswith("-")
        size = int(request.query_params.get("page_size", PAGE))
        cursor = self._cursor(request.query_params.get("cursor", ""), order, queryset, column)
        back = cursor is not None and cursor.back
        rows = list(_portion(queryset, column, falling != back, cursor)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if back:
            rows.reverse()
        self._next = rows and (more or back) and Cursor(order, False, _value(rows[-1], column), rows[-1].pk)
        self._previous = (
            rows
            and cursor is not None
            and (more or not back)
            and Cursor(order, True, _value(rows[0], column), rows[0].pk)
        )
        return rows

    def _cursor(self, given: str, order: str, rows: QuerySet[Any], column: str) -> Cursor | None:
        """Raises :class:`InvalidQuery`."""
        if not given:
            return None
        try:
            said = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
            ordered, back, value, pk = said
            value = rows.model._meta.get_field(column).to_python(value)
            if ordered != order or not _fits(value) or not _fits(pk) or not isinstance(pk, int):
                raise ValueError(given)
        except (ValueError, TypeError, RecursionError, binascii.Error, ValidationError) as error:
            raise InvalidQuery({"cursor": STRANGE}) from error
        return Cursor(order, bool(back), value, pk)

    def get_paginated_response(self, data: Any) -> Response:
        return Response(enveloped(data, self._address(self._next), self._address(self._previous)))

    def _address(self, cursor: Any) -> str | None:
        if not isinstance(cursor, Cursor):
            return None
        return str(replace_query_param(self.request.build_absolute_uri(), "cursor", cursor.written()))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        if not view.orders:
            return []
        size = {"type": "integer", "minimum": 1, "maximum": LONGEST, "default": PAGE}
        return [
            {
                "name": "cursor",
                "in": "query",
                "schema": {"type": "string"},
                "description": "From `next` or `previous`.",
            },
            {"name": "page_size", "in": "query", "schema": size, "description": "Rows of a page."},
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": address | {"description": "Where the list goes on; null at its end."},
                "previous": address | {"description": "What lies before; null at the beginning."},
                "results": schema,
            },
        }


def enveloped(rows: Sequence[Any], following: str | None = None, previous: str | None = None) -> dict[str, Any]:
    return {"next": following, "previous": previous, "results": rows}


def _portion(rows: QuerySet[Any], column: str, falling: bool, cursor: Cursor | None) -> QuerySet[Any]:
    sign, beyond = ("-", "lt") if falling else ("", "gt")
    if cursor is not None and column in ("id", "pk"):
        rows = rows.filter(**{f"pk__{beyond}": cursor.pk})
    elif cursor is not None:
        # The first condition alone is what the index is entered with.
        further = Q(**{f"{column}__{beyond}": cursor.value}) | Q(**{f"pk__{beyond}": cursor.pk})
        rows = rows.filter(further, **{f"{column}__{beyond}e": cursor.value})
    return rows.order_by(f"{sign}{column}", *([] if column in ("id", "pk") else [f"{sign}pk"]))


def _value(row: Model, column: str) -> Any:
    return getattr(row, column)


def _fits(value: Any) -> bool:
    if isinstance(value, int):
        return -FARTHEST <= value < FARTHEST
    return value is not None and "\0" not in str(value)
