"""Asking people to join, by e-mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from apps.access.roles import Permission, Role
from apps.accounts.models import User
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.jobs.mail import LANE
from apps.jobs.services import enqueue
from apps.organizations.models import Invitation, InvitationState, InvitationTeam, Membership, Team, TeamMember
from apps.organizations.services.owners import ensure_may_give, in_turn
from apps.organizations.services.teams import ensure_may_staff

SEND = "invitations.send"
MOST_OPEN = 500
"""Invitations without an answer that an organization can have: each may be sent again and again."""
ENDED = {
    InvitationState.ACCEPTED: "This invitation was accepted already. Each one works once.",
    InvitationState.WITHDRAWN: "This invitation was withdrawn. Ask whoever invited you for a new one.",
    InvitationState.EXPIRED: "This invitation has expired. Ask whoever invited you to send it again.",
}


@operation("invitation.created", requires=Permission.MEMBER_ADD)
def invite(email: str, *, role: Role, teams: Sequence[Team] = (), actor: Actor) -> Invitation:
    """Ask somebody to join under a role, and send them the link.

    Raises :class:`Invalid` for what is no address, :class:`Conflicting` for a member and for an address that is invited
    already, :class:`Forbidden` for a role or team that the actor cannot give.
    """
    email = _checked_email(email)
    ensure_may_give(actor, role)
    ensure_may_staff(actor, *teams)
    in_turn()
    if Membership.objects.filter(user__email=email).exists():
        raise Conflicting(f"{email} is a member already. Nothing was sent.")
    if Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None).exists():
        raise Conflicting(f"{email} is invited already. Nothing was sent; send that invitation again instead.")
    if Invitation.objects.filter(accepted_at=None, withdrawn_at=None).count() >= MOST_OPEN:
        raise Conflicting(f"{MOST_OPEN} invitations wait for an answer. Nothing was sent. Withdraw some of them first.")
    invitation = Invitation.objects.create(email=email, role=role, invited_by=actor.label[:200], expires_at=_end())
    for team in teams:
        InvitationTeam.objects.create(invitation=invitation, team=team)
    _send(invitation, actor)
    return invitation


@operation("invitation.resent", requires=Permission.MEMBER_ADD)
def resend_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Send a new link, good for the whole time again; the old one ends. Raises :class:`Conflicting`."""
    _lock(invitation)
    _ensure_open(invitation, *ENDED.keys() - {InvitationState.EXPIRED})
    ensure_may_give(actor, invitation.role)
    ensure_may_staff(actor, *invitation.teams.all())
    invitation.expires_at, invitation.digest, invitation.problem = _end(), None, ""
    invitation.save(update_fields=["expires_at", "digest", "problem"])
    _send(invitation, actor)
    return invitation


@operation("invitation.withdrawn", requires=Permission.MEMBER_ADD)
def withdraw_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """End an invitation: its link works no more. Raises :class:`Conflicting` when it has ended."""
    _lock(invitation)
    _ensure_open(invitation, *ENDED.keys() - {InvitationState.EXPIRED})
    invitation.withdrawn_at, invitation.digest = timezone.now(), None
    invitation.save(update_fields=["withdrawn_at", "digest"])
    return invitation


@operation("invitation.accepted", requires=None)
def accept_invitation(invitation: Invitation, user: User, *, actor: Actor) -> Invitation:
    """Become a member. Whoever calls this has seen that the address is one of the person's verified ones.

    Raises :class:`Conflicting` when it has ended, or when the person is a member already.
    """
    organization = in_turn()
    _lock(invitation)
    _ensure_open(invitation, *ENDED)
    if organization.deletes_at is not None:
        raise Conflicting(f"{organization} is about to be deleted, so nobody can join it. You did not join.")
    if Membership.objects.filter(user=user).exists():
        raise Conflicting(f"You are a member of {organization} already.")
    membership = Membership.objects.create(user=user, role=invitation.role)
    for team in invitation.teams.all():
        TeamMember.objects.create(team=team, membership=membership)
    invitation.accepted_at, invitation.digest = timezone.now(), None
    invitation.save(update_fields=["accepted_at", "digest"])
    return invitation


def _checked_email(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(f"“{email[:80]}” is no e-mail address. Nothing was sent.", field="email") from None
    return email


def _end() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _lock(invitation: Invitation) -> None:
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation.refresh_from_db()


def _ensure_open(invitation: Invitation, *ended: InvitationState) -> None:
    state = invitation.state(timezone.now())
    if state in ended:
        raise Conflicting(ENDED[state])


def _send(invitation: Invitation, actor: Actor) -> None:
    """The link is made by the job that sends it, so that it is never stored."""
    title = f"Invitation to {invitation.email}"
    enqueue(SEND, title=title, params={"invitation": invitation.public_id}, lane=LANE, subject=invitation, actor=actor)
