"""Error pages. They need no database and no session, so that they work when those do not."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from apps.core.problems import TITLES, problem_response

SENTENCES = {
    400: "The request could not be read. Nothing was changed.",
    403: "Your role does not include this. An owner or admin of the organization can grant it.",
    404: "There is nothing at this address, or nothing that you may see.",
    500: "Something failed on our side and was logged. Nothing was half-written. Try again in a moment.",
}


def error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """The page for one status, or its fragment for htmx; never fails itself."""
    context = {
        "status": status,
        "title": TITLES.get(status, "Error"),
        "message": message or SENTENCES.get(status, ""),
        "request_id": getattr(request, "request_id", ""),
    }
    name = "errors/note.html" if request.headers.get("HX-Request") else "errors/page.html"
    return HttpResponse(render_to_string(name, context), status=status)


def sign_in_again_page(request: HttpRequest, message: str) -> HttpResponse:
    """What was refused for want of a fresh sign-in, with the way to one and back to the form that was sent.

    The form is not sent on by itself: whoever comes back presses its button once more.
    """
    was_at = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    here = f"{settings.BASE_URL}/"
    back = was_at.removeprefix(settings.BASE_URL) if was_at.startswith(here) else ""
    address = f"{reverse('accounts:again')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    context = {"message": message, "address": address, "back": back}
    return HttpResponse(render_to_string("errors/sign_in_again.html", context), status=403)


def _either(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_response(request, status, SENTENCES[status])
    return error_page(request, status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _either(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _either(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _either(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _either(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = "This form was opened too long ago or in another session. Nothing was changed. Go back, reload, retry."
    return error_page(request, 403, sentence)
