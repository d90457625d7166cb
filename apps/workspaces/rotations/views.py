"""Rotating many workspaces: one page to begin, one report."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.access.roles import Permission
from apps.core.errors import Invalid
from apps.core.http import HttpRequest, requires
from apps.jobs.models import Job
from apps.workspaces import oauth
from apps.workspaces.models import Rotation
from apps.workspaces.rotations.forms import ManyKeysForm, RefreshManyForm
from apps.workspaces.rotations.selectors import items_of, refreshable, rotations, states_of
from apps.workspaces.rotations.services import start_rotation

PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEY_ROTATE)
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Two forms: paste keys, or have tokens replaced by Notion."""
    refreshing = "refresh" in request.POST
    posted = request.POST or None
    keys = ManyKeysForm(None if refreshing else posted)
    refresh = RefreshManyForm(posted if refreshing else None)
    form: forms.Form = refresh if refreshing else keys
    if request.method == "POST" and form.is_valid():
        try:
            given = {**form.cleaned_data, "refresh": list(form.cleaned_data.get("refresh", ()))}
            rotation = start_rotation(**given, actor=request.actor)
        except Invalid as error:
            form.add_error(None, error.message)
        else:
            return redirect("workspaces:rotation_detail", slug, rotation.public_id)
    context = {
        "keys_form": keys,
        "refresh_form": refresh,
        "can_refresh": oauth.is_configured() and refreshable().exists(),
        "past": rotations()[:10],
    }
    return render(request, "workspaces/rotations/begin.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.KEY_VIEW)
def detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The report: a line per key, with what became of it."""
    rotation = get_object_or_404(Rotation.objects, public_id=public_id)
    job = Job.objects.filter(public_id=rotation.job).first()
    context = {
        "rotation": rotation,
        "job": job,
        "running": job is not None and not job.has_ended,
        "page": Paginator(items_of(rotation), PAGE).get_page(request.GET.get("page")),
        "states": states_of(rotation),
    }
    fragment = "#report" if request.htmx.target == "report" else ""
    response = render(request, f"workspaces/rotations/detail.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    if fragment and not context["running"]:
        response.status_code = 286  # htmx: stop asking
    return response
