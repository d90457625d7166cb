"""How a call is described, and thereby what it takes: the query of a request is held to the description of its call."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, force_instance, is_basic_serializer
from drf_spectacular.utils import OpenApiParameter

BODIES = ("POST", "PUT", "PATCH")
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Made up by the caller, once for each thing it wants done. A call that is repeated with it within 24"
    " hours does nothing again and gets the first answer.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The `ETag` of what is to be changed, as it was last read."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of what is known already: 304 if it still is.",
)
FIELDS = "Only these members of each object, separated by commas."
ORDER = "By what the list is ordered; `-` in front turns it round."


class Schema(AutoSchema):
    """Adds to each call what every call of its kind takes."""

    def get_override_parameters(self) -> list[Any]:
        said: list[Any] = list(super().get_override_parameters())
        view: Any = self.view
        if not hasattr(view, "permissions"):
            return said
        if self.method == "GET":
            if names := self.members():
                said.append(OpenApiParameter("fields", _names(names), description=FIELDS))
                if not self._is_list_view():
                    said.append(IF_NONE_MATCH)
            if self._is_list_view() and (orders := directions(view.orders)):
                said.append(OpenApiParameter("order", str, enum=orders, description=ORDER, default=view.default_order))
            return said
        said.append(KEY)
        if self.method in ("PATCH", "PUT", "DELETE") and hasattr(view, "get"):
            said.append(_required(IF_MATCH) if self.method in view.needs_match else IF_MATCH)
        return said

    def members(self) -> list[str]:
        """The members of what the call gives, or of each row of the list that it gives."""
        given = self.get_response_serializers()
        if isinstance(given, Mapping):
            given = given.get(200)
        given = force_instance(given)  # type: ignore[no-untyped-call]
        given = getattr(given, "child", given)
        return list(cast(Any, given).fields) if is_basic_serializer(given) else []

    def is_deprecated(self) -> bool:
        said: Mapping[str, object] = getattr(self.view, "deprecations", {})
        return self.method in said or bool(super().is_deprecated())


def directions(orders: Mapping[str, str]) -> list[str]:
    return [sign + name for name in orders for sign in ("", "-")]


@dataclass(frozen=True, slots=True)
class Call:
    """What a call takes: in its query, name → JSON schema; and whether in a body."""

    query: Mapping[str, Mapping[str, Any]]
    takes_body: bool


@cache
def call_of(view: type[Any], method: str) -> Call:
    """What its description says."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # holds what it makes, which holds it weakly
    schema = generator.create_view(view.as_view(), method).schema  # type: ignore[no-untyped-call]
    schema.registry, schema.path, schema.path_regex, schema.path_prefix = ComponentRegistry(), "", "", ""
    schema.method = method
    said: list[dict[str, Any]] = schema._get_parameters()
    query = {
        one["name"]: one["schema"] | {"required": one.get("required", False)} for one in said if one["in"] == "query"
    }
    return Call(query, method in BODIES and schema.get_request_serializer() is not None)


def _names(names: list[str]) -> dict[str, Any]:
    one = "|".join(names)
    return {"type": "string", "pattern": f"^({one})(,({one}))*$"}


def _required(parameter: OpenApiParameter) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name, parameter.type, parameter.location, required=True, description=parameter.description
    )
