"""What every request passes, whoever sends it."""

import re
import secrets
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.core.errors import NotionHubError, SignInAgain
from apps.core.nul import NUL, SENTENCE, fields_with_nul
from apps.core.occurrences import record_refusal
from apps.core.problems import problem_response, status_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_LENGTH = re.compile(r"[0-9]{1,18}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Give each request an id (or keep the caller's), in the logs, the audit log and the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class LimitsMiddleware:
    """Refuse what is too big or cannot be text before anything reads it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if len(query) > settings.MAX_QUERY_STRING:
            return refuse(request, 414, f"The query string is longer than {settings.MAX_QUERY_STRING} characters.")
        if NUL in request.path or NUL in query or "%00" in query:
            return refuse(request, 400, "The address contains a NUL character, which no name can have.")
        if any(NUL in value for value in request.COOKIES.values()):
            return refuse(request, 400, "A cookie contains a NUL character, which this site never sets.")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not _LENGTH.fullmatch(length):
            return refuse(request, 400, "The Content-Length header is not a number.")
        if not int(length):
            return self.get_response(request)
        limit = settings.BODY_LIMITS.get((request.content_type or "").lower())
        if limit is None:
            return refuse(request, 415, f"Bodies are {', '.join(settings.BODY_LIMITS)}. Nothing was changed.")
        if int(length) > limit:
            return refuse(request, 413, f"The body is larger than {limit:,} bytes, the most that is accepted here.")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Forms are read here, bodies of the API by its parser: whatever a view does with them, there is no NUL."""
        if request.method != "POST" or request.path.startswith("/api/"):
            return None
        wrong = fields_with_nul(request.POST.lists())
        if not wrong:
            return None
        named = ", ".join(f"“{name[:40]}”" for name in wrong[:3])
        return refuse(request, 422, f"{named}: {SENTENCE} Nothing was changed. Remove it and send the form again.")


class ErrorsMiddleware:
    """Turn errors that are written for the customer into the page or problem that shows them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotionHubError):
            record_refusal(request, error)
            if isinstance(error, SignInAgain) and not request.path.startswith("/api/"):
                from apps.core.views import sign_in_again_page

                return sign_in_again_page(request, error.message)
            return refuse(request, status_of(error), error.message)
        return None


def refuse(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """An error answer in the caller's own language: a problem for the API, a page for a browser."""
    from apps.core.views import error_page

    if request.path.startswith(("/api/", "/oauth/")):
        return problem_response(request, status, message)
    return error_page(request, status, message)
