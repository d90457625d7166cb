"""Errors of the API as ``application/problem+json`` (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core.errors import (
    ConfigError,
    Conflicting,
    Forbidden,
    Invalid,
    NotFound,
    NotionHubError,
    TransientError,
)
from apps.core.occurrences import record_refusal

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "The request cannot be read",
    401: "A valid token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "No acceptable representation",
    409: "Not possible in this state",
    413: "Too large",
    414: "The address is too long",
    415: "Unsupported media type",
    422: "The input cannot be accepted",
    429: "Too many requests",
    500: "Our fault",
    503: "Not available at the moment",
}
STATUS: dict[type[NotionHubError], int] = {
    Invalid: 422,
    Forbidden: 403,
    NotFound: 404,
    Conflicting: 409,
    ConfigError: 422,
    TransientError: 503,
}


def status_of(error: NotionHubError) -> int:
    return next((STATUS[cls] for cls in type(error).__mro__ if cls in STATUS), 500)


def problem(request: HttpRequest, status: int, detail: str, **extra: Any) -> dict[str, Any]:
    """The members of RFC 9457 section 3.1, plus ``request_id`` and, for input errors, ``errors``."""
    return {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": request.path,
        "request_id": getattr(request, "request_id", ""),
        **extra,
    }


def problem_response(request: HttpRequest, status: int, detail: str, **extra: Any) -> HttpResponse:
    response = JsonResponse(problem(request, status, detail, **extra), status=status)
    response["Content-Type"] = CONTENT_TYPE
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="NotionHub"'
    return response


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. Anything it does not know stays an exception, and becomes a logged 500."""
    request: HttpRequest = context["request"]._request
    if isinstance(error, NotionHubError):
        record_refusal(request, error)
        extra = {"errors": {error.field: [error.message]}} if isinstance(error, Invalid) and error.field else {}
        return _response(request, status_of(error), error.message, **extra)
    if isinstance(error, Http404):
        return _response(request, 404, "There is no such object here, or none that this token may see.")
    if isinstance(error, PermissionDenied):
        return _response(request, 403, "This token may not do that.")
    if isinstance(error, exceptions.ValidationError):
        detail = "The input has errors; each is listed under `errors`."
        return _response(request, 422, detail, errors=error.detail)
    if isinstance(error, exceptions.APIException):
        response = _response(request, error.status_code, str(error.detail))
        if isinstance(error, exceptions.Throttled) and error.wait:  # type: ignore[attr-defined]
            response["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
        return response
    return None


def _response(request: HttpRequest, status: int, detail: str, **extra: Any) -> Response:
    response = Response(problem(request, status, detail, **extra), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="NotionHub"'
    return response
