"""Endpoints of the authorization server. They lie outside of any organization: the client says which one it is of."""

from collections.abc import Callable
from typing import Any

from authlib.oauth2.base import OAuth2Error
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from apps.access.roles import Permission
from apps.core.throttle import Throttle
from apps.organizations.addresses import client_ip
from apps.organizations.credentials.access_tokens import issuer
from apps.organizations.credentials.oauth import GRANT, METHODS, Server, TooMany
from apps.organizations.credentials.signing import key_set

Answer = Callable[[Server], HttpResponse]


def _answered(request: HttpRequest, answer: Answer) -> HttpResponse:
    """With what every endpoint has: a limit per address, one value per parameter, nothing kept in a cache."""
    per_address = Throttle("oauth-address", settings.TOKEN_REQUESTS["address"])
    if wait := per_address.wait(client_ip(request) or ""):
        return _too_many(wait)
    if request.GET or any(len(values) > 1 for _, values in request.POST.lists()):
        return _problem(400, "invalid_request", "Parameters stand in the body, each of them once.")
    try:
        response = answer(Server(request))
    except TooMany as error:
        return _too_many(error.wait)
    except OAuth2Error as error:  # raised before Authlib has a request to answer, such as for plain http
        return _problem(400, str(error.error), str(error.description))
    response["Cache-Control"], response["Pragma"] = "no-store", "no-cache"
    return response


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749 section 3.2."""
    return _answered(request, Server.token)


@csrf_exempt
@require_POST
def introspect(request: HttpRequest) -> HttpResponse:
    """RFC 7662."""
    return _answered(request, lambda server: server.answer("introspection"))


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """RFC 7009."""
    return _answered(request, lambda server: server.answer("revocation"))


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The key set (RFC 7517). The next key stands in it a day before it signs, so an hour in a cache does no harm."""
    return _public(key_set())


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """RFC 8414."""
    return _public(
        {
            "issuer": issuer(),
            "token_endpoint": _address("token"),
            "jwks_uri": _address("keys"),
            "introspection_endpoint": _address("introspect"),
            "revocation_endpoint": _address("revoke"),
            "grant_types_supported": [GRANT],
            "response_types_supported": [],
            "scopes_supported": sorted(Permission),
            "token_endpoint_auth_methods_supported": METHODS,
            "introspection_endpoint_auth_methods_supported": METHODS,
            "revocation_endpoint_auth_methods_supported": METHODS,
            "service_documentation": f"{issuer()}{reverse('api_docs')}",
        }
    )


def _address(name: str) -> str:
    return f"{issuer()}{reverse(f'oauth:{name}')}"


def _public(body: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(body)
    response["Cache-Control"] = "public, max-age=3600"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _problem(status: int, error: str, description: str) -> HttpResponse:
    return JsonResponse({"error": error, "error_description": description}, status=status)


def _too_many(wait: int) -> HttpResponse:
    response = _problem(429, "temporarily_unavailable", f"Too many requests. Come again in {wait} seconds.")
    response["Retry-After"] = str(wait)
    return response
