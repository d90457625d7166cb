"""An organization always has somebody who can sign in and owns it, however many people act at the same moment."""

from collections.abc import Collection

from apps.access.roles import IN_WORKSPACE, ROLES, Permission, Role
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden, SignInAgain
from apps.core.http import refusal
from apps.core.operations import SIGN_IN_AGAIN
from apps.core.tenancy import current_organization_id
from apps.organizations.models import Membership, Organization

LAST_OWNER = (
    "{name} is the only owner of this organization, and one has to remain. Nothing was changed. Make somebody else an"
    " owner first."
)


def in_turn() -> Organization:
    """Lock the organization: whoever changes its members waits for whoever does already, and nobody else does."""
    return Organization.objects.select_for_update(no_key=True).get(pk=current_organization_id())


def ensure_another_owner(leaving: Membership) -> None:
    """Raise :class:`Conflicting` when nobody else owns the organization. To be asked after :func:`in_turn`."""
    if leaving.role != Role.OWNER:
        return
    others = Membership.objects.filter(role=Role.OWNER, user__is_active=True).exclude(pk=leaving.pk)
    if not others.exists():
        raise Conflicting(LAST_OWNER.format(name=leaving.user))


def ensure_may_give(actor: Actor, *roles: str) -> None:
    """Nobody hands on what they do not have, and only owners, freshly signed in, make and unmake owners.

    Billing is an exception: admins invite those who pay, and see no bill. Raises :class:`Forbidden` and
    :class:`SignInAgain`.
    """
    if Role.OWNER in roles:
        if not actor.can(Permission.ORGANIZATION_TRANSFER):
            raise Forbidden(refusal(actor, Permission.ORGANIZATION_TRANSFER))
        if not actor.fresh:
            raise SignInAgain(SIGN_IN_AGAIN)
    for role in roles:
        ensure_holds(actor, ROLES[Role(role)] - {Permission.BILLING_VIEW}, role)


def ensure_may_grant(actor: Actor, role: str, workspace_id: int) -> None:
    """The same for a role in one workspace."""
    ensure_holds(actor, ROLES[Role(role)] & IN_WORKSPACE, role, workspace_id)


def ensure_holds(actor: Actor, permissions: Collection[Permission], role: str, workspace_id: int | None = None) -> None:
    lacking = sorted(one for one in permissions if not actor.can(one, workspace_id))
    if lacking:
        raise Forbidden(
            f"You cannot give the role {role}: it may {lacking[0].label}, and you may not. Nothing was changed."
        )


def ensure_sees_all(actor: Actor) -> None:
    """A credential for some workspaces does not see what else a team holds. Raises :class:`Forbidden`."""
    if actor.sees is not None:
        raise Forbidden(
            "This credential is limited to some workspaces, and the team may hold others. Nothing was changed. Use one"
            " that reaches all workspaces."
        )
