"""Teams: who is in them, and what they may do in which workspace."""

from django.db import IntegrityError, transaction

from apps.access.roles import GRANTABLE, Permission, Role
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.core.tenancy import TenantModel
from apps.organizations.models import Grant, Membership, Team, TeamMember
from apps.organizations.services.owners import ensure_may_grant, ensure_sees_all

LONGEST_NAME = 120


@operation("team.created", requires=Permission.TEAM_MANAGE)
def create_team(name: str, *, actor: Actor) -> Team:
    """A team without members and workspaces. Raises :class:`Invalid` when the name is taken."""
    return _named(Team(), name)


@operation("team.renamed", requires=Permission.TEAM_MANAGE)
def rename_team(team: Team, name: str, *, actor: Actor) -> Team:
    """Raises :class:`Invalid` when the name is taken."""
    return _named(team, name)


@operation("team.deleted", requires=Permission.TEAM_MANAGE)
def delete_team(team: Team, *, actor: Actor) -> None:
    """End a team, and with it what its members had through it. The members stay. Raises :class:`Forbidden`."""
    ensure_sees_all(actor)
    team.delete()


def add_to_team(team: Team, membership: Membership, *, actor: Actor) -> TeamMember:
    """Give a member a place. Raises :class:`Conflicting` when they have one, :class:`Forbidden`."""
    return _place_given(TeamMember(team=team, membership=membership), actor=actor)


@operation("team.member_added", requires=Permission.TEAM_MANAGE)
def _place_given(place: TeamMember, *, actor: Actor) -> TeamMember:
    ensure_may_staff(actor, place.team)
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError as error:
        raise Conflicting(f"{place.membership.user} is in {place.team} already. Nothing was changed.") from error
    return place


@operation("team.member_removed", requires=Permission.TEAM_MANAGE)
def remove_from_team(place: TeamMember, *, actor: Actor) -> None:
    """Take a place away, and what it gave."""
    place.delete()


def set_grant(team: Team, workspace: TenantModel, role: Role, *, actor: Actor) -> Grant:
    """Give a team a role in one workspace, or another one than it has there.

    Raises :class:`Invalid` for a role that counts in the whole organization only, :class:`Forbidden`.
    """
    grant = Grant.objects.filter(team=team, workspace_id=workspace.pk).first()
    return _grant_set(grant or Grant(team=team, workspace_id=workspace.pk), role, actor=actor)


@operation("grant.set", requires=Permission.TEAM_MANAGE)
def _grant_set(grant: Grant, role: Role, *, actor: Actor) -> Grant:
    if role not in GRANTABLE:
        known = ", ".join(GRANTABLE)
        raise Invalid(f"The role {role} cannot be given in a single workspace: give {known}.", field="role")
    ensure_may_grant(actor, role, grant.workspace_id)
    grant.role = role
    grant.save()
    return grant


@operation("grant.removed", requires=Permission.TEAM_MANAGE)
def remove_grant(grant: Grant, *, actor: Actor) -> None:
    """Take a team's role in one workspace away."""
    grant.delete()


def ensure_may_staff(actor: Actor, *teams: Team) -> None:
    """A place in a team gives what its grants give, and nobody hands on what they do not have.

    Raises :class:`Forbidden`.
    """
    if teams:
        ensure_sees_all(actor)
    for grant in Grant.objects.filter(team__in=teams):
        ensure_may_grant(actor, grant.role, grant.workspace_id)


def _named(team: Team, name: str) -> Team:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"A team has a name of {LONGEST_NAME} characters at most.", field="name")
    team.name = name
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise Invalid(f"There is a team “{name}” already.", field="name") from error
    return team
