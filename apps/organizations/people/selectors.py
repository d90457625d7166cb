"""Reads of members and invitations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from apps.access.roles import IN_WORKSPACE, Role
from apps.accounts.models import Identity, User
from apps.core.actor import Actor
from apps.organizations.models import Grant, Invitation, InvitationState, Membership, Team

ALL, BY_TEAM, NONE = "All", "By team", "None"
"""How far a member reaches: every workspace by their role, those of their teams, or none."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as lists show them. ``signs_in_with`` are the names of their providers."""

    membership: Membership
    teams: list[Team]
    signs_in_with: list[str]
    is_only_owner: bool
    has_grants: bool

    @property
    def reach(self) -> str:
        if self.membership.permissions & IN_WORKSPACE:
            return ALL
        return BY_TEAM if self.has_grants else NONE


def members(*, query: str = "", role: str = "", team: str = "") -> QuerySet[Membership]:
    """By name, with their identities and teams. ``team`` is a public id; what is empty does not filter."""
    rows = Membership.objects.select_related("user").order_by("user__name", "user_id")
    rows = rows.prefetch_related("user__identities", Prefetch("teams", Team.objects.order_by("name")))
    if query:
        rows = rows.filter(Q(user__name__icontains=query) | Q(user__email__icontains=query))
    if role:
        rows = rows.filter(role=role)
    return rows.filter(teams__public_id=team) if team else rows


def member_rows(found: Iterable[Membership]) -> list[MemberRow]:
    found = list(found)
    granted = Grant.objects.filter(team__places__membership__in=found)
    with_grants = set(granted.values_list("team__places__membership", flat=True))
    owners = list(Membership.objects.filter(role=Role.OWNER, user__is_active=True).values_list("pk", flat=True)[:2])
    return [
        MemberRow(
            one,
            list(one.teams.all()),
            sign_in_names(one.user.identities.all()),
            owners == [one.pk],
            one.pk in with_grants,
        )
        for one in found
    ]


def member_named(public_id: str) -> Membership:
    """The membership of the person with this id. Raises ``Http404``."""
    found = members().filter(user__public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def own_membership(actor: Actor) -> Membership | None:
    """Of the person who acts, themselves or through a token of theirs; a service account has none."""
    return Membership.objects.select_related("user").filter(user__public_id=actor.ref).first() if actor.ref else None


def sign_in_names(identities: Iterable[Identity]) -> list[str]:
    """The providers by the names that their buttons have; an issuer that has none here by its host."""
    return sorted({issuer_name(identity.issuer) for identity in identities})


def issuer_name(issuer: str) -> str:
    host = urlsplit(issuer).hostname or issuer
    labels = {urlsplit(each.issuer).hostname: each.label for each in settings.SIGN_IN_PROVIDERS.values()}
    return labels.get(host, host)


def invitations(state: str = "", now: datetime | None = None) -> QuerySet[Invitation]:
    """Newest first, in one :class:`InvitationState` or in any."""
    now = now or timezone.now()
    rows = Invitation.objects.prefetch_related("teams").order_by("-id")
    still_open = Q(accepted_at=None, withdrawn_at=None)
    wanted = {
        InvitationState.INVITED: still_open & Q(expires_at__gt=now),
        InvitationState.EXPIRED: still_open & Q(expires_at__lte=now),
        InvitationState.ACCEPTED: Q(accepted_at__isnull=False),
        InvitationState.WITHDRAWN: Q(withdrawn_at__isnull=False),
    }
    return rows.filter(wanted[InvitationState(state)]) if state else rows


def open_invitations() -> QuerySet[Invitation]:
    """Those that wait for an answer or have expired without one."""
    return invitations().filter(accepted_at=None, withdrawn_at=None)


def invitation_of(secret: str) -> Invitation | None:
    """The invitation to whose link this secret belongs. The person who opens it is in no organization yet."""
    digest = sha256(secret.encode()).digest()
    return Invitation.unscoped.select_related("organization").filter(digest=digest).first()


def addresses_of(user: User) -> set[str]:
    """The e-mail addresses of a person that a provider of the installation has verified, whose word counts
    everywhere."""
    known = {user.email, *user.identities.filter(realm="").values_list("email", flat=True)}
    return {address.strip().lower() for address in known if address}
