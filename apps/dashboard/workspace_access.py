"""Who may do what in one workspace, and which teams give it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.roles import Permission, Role
from apps.core.http import HttpRequest, ensure, found, requires
from apps.dashboard.rows import rows_of
from apps.dashboard.workspaces import head, workspaces_of_any_state
from apps.organizations.services import remove_grant, set_grant
from apps.organizations.teams import selectors
from apps.organizations.teams.forms import TeamRoleForm
from apps.workspaces.models import Workspace

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORKSPACE_VIEW)
def access_page(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The people and teams of a workspace; a POST gives a team a role in it."""
    workspace = found(request, workspaces_of_any_state(), public_id)
    ensure(request.actor, Permission.MEMBER_VIEW)
    form = TeamRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = selectors.team_named(form.cleaned_data["team"])
        set_grant(team, workspace, Role(form.cleaned_data["role"]), actor=request.actor)
        messages.success(request, f"{team} is {form.cleaned_data['role']} of {workspace} now.")
        return redirect("workspaces:access", slug, public_id)
    everybody = Paginator(selectors.access_to(workspace), PAGE).get_page(request.GET.get("page"))
    context = head(rows_of([workspace])[0]) | {
        "grants": selectors.grants_in(workspace),
        "page": everybody,
        "form": form,
        "tab": "access",
    }
    return render(request, "workspaces/workspace_access.html", context, status=422 if form.errors else 200)


@require_POST
def access_remove(request: HttpRequest, slug: str, public_id: str, other: str) -> HttpResponse:
    """Take the role of the team ``other`` in this workspace away."""
    workspace = found(request, Workspace.objects, public_id)
    team = selectors.team_named(other)
    remove_grant(selectors.grant_in(team, workspace.public_id), actor=request.actor)
    messages.success(request, f"{team} has no access to {workspace} any more.")
    return redirect("workspaces:access", slug, public_id)
