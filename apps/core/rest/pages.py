"""Where the ``type`` of a problem leads: what it means, and what to do. For everybody, without a session."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.problem_types import PROBLEM_TYPES


@require_safe
def problem_types(request: HttpRequest, name: str = "") -> HttpResponse:
    """All of them, or the one of this name."""
    if name and name not in PROBLEM_TYPES:
        raise Http404
    shown = [PROBLEM_TYPES[name]] if name else list(PROBLEM_TYPES.values())
    return render(request, "errors/types.html", {"types": shown, "one": bool(name)})
