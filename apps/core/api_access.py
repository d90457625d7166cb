"""DRF only hands the actor on: the door has decided who this is.

Apart from ``api`` because DRF loads these classes while its own views are still being imported.
"""

from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.core.actor import Actor
from apps.core.http import ensure

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ActorAuthentication(BaseAuthentication):
    """The door has decided who this is already."""

    def authenticate(self, request: Request) -> tuple[Actor, None] | None:
        actor: Actor | None = getattr(request._request, "actor", None)
        return (actor, None) if actor else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="NotionHub"'


class ActorRequired(BasePermission):
    """Refuses a method for which the view names no permission."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        actor: Any = request.user
        if not isinstance(actor, Actor):
            return False
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method != "OPTIONS":
            permissions: dict[str, str] = view.permissions  # type: ignore[attr-defined]
            if method not in permissions:
                raise MethodNotAllowed(method)
            ensure(actor, permissions[method])
        return True


class ActorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Either of two ways to come by what stands behind ``Bearer``."""

    target_class = "apps.core.api_access.ActorAuthentication"
    name = ["token", "client"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "description": "An API token of a person or of a service account (`nh_…`).",
            },
            {
                "type": "oauth2",
                "description": (
                    "An access token that an OAuth client of a service account has fetched. Scopes are permissions;"
                    " `/.well-known/oauth-authorization-server` lists them."
                ),
                "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {}}},
            },
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]
