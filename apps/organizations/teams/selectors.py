"""Reads of teams and grants."""

from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.db.models import Count, Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.access.roles import IN_WORKSPACE, ROLES, Role
from apps.core.tenancy import TenantModel
from apps.organizations.models import Grant, Membership, Team, TeamMember


@dataclass(frozen=True, slots=True)
class Access:
    """What one member may do in one workspace, and why: their own role, and the teams that give them more."""

    membership: Membership
    role: str
    grants: list[Grant]

    @property
    def by_role(self) -> bool:
        return _reaches_all(self.membership)


def teams(query: str = "") -> QuerySet[Team]:
    """By name, with ``member_count`` and ``grant_count``."""
    rows = Team.objects.order_by("name").annotate(
        member_count=Count("places", distinct=True), grant_count=Count("grants", distinct=True)
    )
    return rows.filter(name__icontains=query) if query else rows


def team_named(public_id: str) -> Team:
    """Raises ``Http404``."""
    return get_object_or_404(Team.objects, public_id=public_id)


def places(team: Team) -> QuerySet[TeamMember]:
    rows = TeamMember.objects.filter(team=team).select_related("membership__user", "team")
    return rows.order_by("membership__user__name", "id")


def place_of(team: Team, user_public_id: str) -> TeamMember:
    """Raises ``Http404``."""
    return get_object_or_404(places(team), membership__user__public_id=user_public_id)


def grants(team: Team) -> QuerySet[Grant]:
    return Grant.objects.filter(team=team).select_related("workspace", "team").order_by("workspace__name", "id")


def grant_in(team: Team, workspace_public_id: str) -> Grant:
    """Raises ``Http404``."""
    return get_object_or_404(grants(team), workspace__public_id=workspace_public_id)


def others(team: Team) -> QuerySet[Membership]:
    """Members who have no place in the team."""
    rows = Membership.objects.select_related("user").exclude(places__team=team)
    return rows.order_by("user__name", "user_id")


def workspaces() -> QuerySet[Any]:
    """By name. Their room lies above this one, which knows them as its foreign key does: by their label."""
    model = cast(type[TenantModel], apps.get_model("workspaces", "Workspace"))
    return model.objects.order_by("name", "id")


def workspace_named(public_id: str) -> TenantModel:
    """Raises ``Http404``."""
    found: TenantModel | None = workspaces().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def grants_in(workspace: TenantModel) -> QuerySet[Grant]:
    """Which teams have access to a workspace, with their members."""
    members = Prefetch("team__places", TeamMember.objects.select_related("membership__user"))
    rows = Grant.objects.filter(workspace_id=workspace.pk).select_related("team").prefetch_related(members)
    return rows.order_by("team__name")


def access_to(workspace: TenantModel) -> list[Access]:
    """Everybody who may do something in a workspace, by name."""
    given: dict[int, list[Grant]] = {}
    for grant in grants_in(workspace):
        for place in grant.team.places.all():
            given.setdefault(place.membership_id, []).append(grant)
    members = Membership.objects.select_related("user").order_by("user__name", "user_id")
    return [_access(one, given.get(one.pk, [])) for one in members if one.pk in given or _reaches_all(one)]


def _reaches_all(membership: Membership) -> bool:
    return bool(membership.permissions & IN_WORKSPACE)


def _access(membership: Membership, found: list[Grant]) -> Access:
    """The role that says most: of one's own and those of one's teams, the one that may do more in a workspace."""
    own = [membership.role] if _reaches_all(membership) else []
    return Access(membership, max([*own, *(grant.role for grant in found)], key=_reach), found)


def _reach(role: str) -> int:
    return len(ROLES[Role(role)] & IN_WORKSPACE)
