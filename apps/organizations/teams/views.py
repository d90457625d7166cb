"""Pages of teams."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.roles import Permission, Role
from apps.core.errors import Conflicting, Invalid
from apps.core.http import HttpRequest, requires
from apps.organizations.models import Team
from apps.organizations.people.selectors import member_named
from apps.organizations.services import (
    add_to_team,
    create_team,
    delete_team,
    remove_from_team,
    remove_grant,
    rename_team,
    set_grant,
)
from apps.organizations.teams import selectors
from apps.organizations.teams.forms import GrantForm, PlaceForm, TeamFilterForm, TeamForm

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TEAM_VIEW)
def team_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The teams; a POST makes one."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = create_team(form.cleaned_data["name"], actor=request.actor)
            return redirect("organizations:team", slug, team.public_id)
        except Invalid as error:
            form.add_error("name", error.message)
    wanted = TeamFilterForm(request.GET)
    wanted.is_valid()
    found = selectors.teams(wanted.cleaned_data.get("query", ""))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "filter": wanted, "page": page, "total": Team.objects.count()}
    fragment = "#table" if request.htmx.target == "team-table" else ""
    status = 422 if form.errors else 200
    response = render(request, f"organizations/team_list.html{fragment}", context, status=status)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TEAM_VIEW)
def team_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One team; a POST renames it."""
    team = selectors.team_named(public_id)
    form = TeamForm(request.POST or None, initial={"name": team.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_team(team, form.cleaned_data["name"], actor=request.actor)
            messages.success(request, f"The team is called {team.name} now.")
            return redirect("organizations:team", slug, public_id)
        except Invalid as error:
            form.add_error("name", error.message)
            team.refresh_from_db()
    return _team_page(request, team, form=form)


@require_POST
def team_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    team = selectors.team_named(public_id)
    delete_team(team, actor=request.actor)
    messages.success(request, f"The team {team.name} is deleted. Its members stay.")
    return redirect("organizations:teams", slug)


@require_POST
@requires(Permission.TEAM_MANAGE)
def place_add(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    team = selectors.team_named(public_id)
    form = PlaceForm(request.POST, team=team)
    if form.is_valid():
        try:
            place = add_to_team(team, member_named(form.cleaned_data["member"]), actor=request.actor)
            messages.success(request, f"{place.membership.user} is in {team} now.")
            return redirect("organizations:team", slug, public_id)
        except Conflicting as error:
            form.add_error("member", error.message)
    return _team_page(request, team, place_form=form)


@require_POST
def place_remove(request: HttpRequest, slug: str, public_id: str, other: str) -> HttpResponse:
    team = selectors.team_named(public_id)
    place = selectors.place_of(team, other)
    remove_from_team(place, actor=request.actor)
    messages.success(request, f"{place.membership.user} is not in {team} any more.")
    return redirect("organizations:team", slug, public_id)


@require_POST
@requires(Permission.TEAM_MANAGE)
def grant_set(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    team = selectors.team_named(public_id)
    form = GrantForm(request.POST, team=team)
    if not form.is_valid():
        return _team_page(request, team, grant_form=form)
    workspace = selectors.workspace_named(form.cleaned_data["workspace"])
    set_grant(team, workspace, Role(form.cleaned_data["role"]), actor=request.actor)
    messages.success(request, f"{team} is {form.cleaned_data['role']} of {workspace} now.")
    return redirect("organizations:team", slug, public_id)


@require_POST
def grant_remove(request: HttpRequest, slug: str, public_id: str, other: str) -> HttpResponse:
    team = selectors.team_named(public_id)
    grant = selectors.grant_in(team, other)
    remove_grant(grant, actor=request.actor)
    messages.success(request, f"{team} has no access to {grant.workspace} any more.")
    return redirect("organizations:team", slug, public_id)


def _team_page(
    request: HttpRequest,
    team: Team,
    *,
    form: Form | None = None,
    place_form: Form | None = None,
    grant_form: Form | None = None,
) -> HttpResponse:
    forms = (form, place_form, grant_form)
    page = Paginator(selectors.places(team), PAGE).get_page(request.GET.get("page"))
    context = {
        "team": team,
        "page": page,
        "grants": selectors.grants(team),
        "form": form or TeamForm(initial={"name": team.name}),
        "place_form": place_form or PlaceForm(team=team),
        "grant_form": grant_form or GrantForm(team=team),
    }
    status = 422 if any(each is not None and each.errors for each in forms) else 200
    return render(request, "organizations/team_detail.html", context, status=status)
