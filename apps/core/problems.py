"""Errors of the API as ``application/problem+json`` (RFC 9457)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from apps.core.errors import (
    Changed,
    ConfigError,
    Conflicting,
    Forbidden,
    InProgress,
    Invalid,
    InvalidHeader,
    InvalidQuery,
    KeyReused,
    NotFound,
    NotionHubError,
    SignInAgain,
    TransientError,
    Unconditional,
)
from apps.core.occurrences import record_refusal
from apps.core.problem_types import PROBLEM_TYPES, TITLES, ProblemType, type_of

__all__ = ["CONTENT_TYPE", "TITLES", "exception_handler", "problem", "problem_response", "status_of"]
CONTENT_TYPE = "application/problem+json"
IN_BODY = ("POST", "PUT", "PATCH")
TYPES: dict[type[NotionHubError], str] = {
    Invalid: "invalid",
    KeyReused: "key-reused",
    Forbidden: "forbidden",
    SignInAgain: "sign-in-again",
    NotFound: "not-found",
    Conflicting: "conflict",
    InProgress: "in-progress",
    Changed: "changed",
    Unconditional: "version-needed",
    ConfigError: "invalid",
    TransientError: "unavailable",
}
RETRY_SOON = 2
"""Seconds to wait for a call that is being done."""


def kind_of(error: NotionHubError) -> ProblemType:
    return PROBLEM_TYPES[next((TYPES[cls] for cls in type(error).__mro__ if cls in TYPES), "our-fault")]


def status_of(error: NotionHubError) -> int:
    return kind_of(error).status


def problem(request: HttpRequest, kind: ProblemType, detail: str, status: int, **extra: Any) -> dict[str, Any]:
    """The members of RFC 9457 section 3.1, plus ``request_id`` and, for input errors, ``errors``."""
    return {
        "type": kind.uri,
        "title": kind.title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "request_id": getattr(request, "request_id", ""),
        **extra,
    }


def problem_response(request: HttpRequest, status: int, detail: str, **extra: Any) -> HttpResponse:
    response = JsonResponse(problem(request, type_of(status), detail, status, **extra), status=status)
    response["Content-Type"] = CONTENT_TYPE
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="NotionHub"'
    return response


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. Anything it does not know stays an exception, and becomes a logged 500."""
    request: HttpRequest = context["request"]._request
    if isinstance(error, NotionHubError):
        return _of_ours(request, error)
    if isinstance(error, Http404):
        return _response(request, type_of(404), "There is no such object here, or none that this token may see.")
    if isinstance(error, PermissionDenied):
        return _response(request, type_of(403), "This token may not do that.")
    if isinstance(error, exceptions.ValidationError):
        detail = "The input has errors; each is listed under `errors`."
        return _response(request, type_of(422), detail, errors=list(_listed(request, error.detail)))
    if isinstance(error, exceptions.APIException):
        response = _response(request, type_of(error.status_code), str(error.detail), error.status_code)
        return response
    return None


def _of_ours(request: HttpRequest, error: NotionHubError) -> Response:
    record_refusal(request, error)
    extra: dict[str, Any] = {}
    if isinstance(error, InvalidQuery):
        extra["errors"] = [{"parameter": name, "detail": sentence} for name, sentence in error.wrong.items()]
    elif isinstance(error, InvalidHeader):
        extra["errors"] = [{"header": error.header, "detail": error.message}]
    elif isinstance(error, Invalid) and error.field:
        extra["errors"] = list(_listed(request, {error.field: [error.message]}))
    response = _response(request, kind_of(error), error.message, **extra)
    if isinstance(error, InProgress):
        response["Retry-After"] = str(RETRY_SOON)
    elif isinstance(error, TransientError) and error.retry_after:
        response["Retry-After"] = str(int(error.retry_after) + 1)
    return response


def _response(
    request: HttpRequest, kind: ProblemType, detail: str, status: int | None = None, **extra: Any
) -> Response:
    status = status or kind.status
    response = Response(problem(request, kind, detail, status, **extra), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="NotionHub"'
    return response


def _listed(request: HttpRequest, said: Any) -> Iterator[dict[str, str]]:
    """What a serializer found wrong, each with where it stands: a pointer into the body, or a name in the query."""
    in_body = request.method in IN_BODY
    for place, sentence in _flat(said, ()):
        if in_body:
            yield {"pointer": "#" + "".join(f"/{_escaped(part)}" for part in place), "detail": sentence}
        else:
            yield {"parameter": ".".join(place), "detail": sentence}


def _flat(said: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(said, Mapping):
        for name, inner in said.items():
            yield from _flat(inner, place if name == api_settings.NON_FIELD_ERRORS_KEY else (*place, str(name)))
    elif isinstance(said, list | tuple):
        for index, inner in enumerate(said):
            yield from _flat(inner, (*place, str(index)) if isinstance(inner, Mapping | list) and inner else place)
    else:
        yield place, str(said)


def _escaped(part: str) -> str:
    """RFC 6901, section 3."""
    return part.replace("~", "~0").replace("/", "~1")
