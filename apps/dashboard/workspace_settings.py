"""The settings of a workspace: how fast it is read, and with which version of Notion's API."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.access.roles import Permission
from apps.core.errors import Conflicting
from apps.core.http import HttpRequest, found, requires
from apps.dashboard.rows import rows_of
from apps.dashboard.workspaces import head, workspaces_of_any_state
from apps.notion.versions import version_named
from apps.workspaces.forms import RateForm, VersionForm
from apps.workspaces.models import Workspace
from apps.workspaces.services import update_workspace


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORKSPACE_UPDATE)
def settings_page(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Two forms, each saved by itself: the field that comes tells which."""
    workspace = found(request, workspaces_of_any_state(), public_id)
    about_version = "api_version" in request.POST
    version = VersionForm(request.POST if about_version else None, initial={"api_version": workspace.api_version})
    saves_rate = request.method == "POST" and not about_version
    rate = RateForm(request.POST if saves_rate else None, initial={"rate_limit": workspace.rate_limit})
    form = version if about_version else rate
    if request.method == "POST" and form.is_valid() and _saved(request, workspace, form):
        return redirect("workspaces:settings", slug, public_id)
    context = head(rows_of([workspace])[0]) | {
        "rate_form": rate,
        "version_form": version,
        "untold": version_named(workspace.api_version).untold,
        "tab": "settings",
    }
    return render(request, "workspaces/workspace_settings.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, workspace: Workspace, form: forms.Form) -> bool:
    try:
        update_workspace(workspace, **form.cleaned_data, actor=request.actor)
    except Conflicting as error:
        form.add_error(None, error.message)
        return False
    what = "API version" if "api_version" in form.cleaned_data else "rate limit"
    messages.success(request, f"The {what} is saved. It holds from the next job on.")
    return True
