"""Signing in and out, also in vain, is recorded in every organization of the person."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts.models import User
from apps.core.occurrences import observed, record_event
from apps.core.tenancy import scope
from apps.organizations.door import actor_of
from apps.organizations.models import Membership
from apps.organizations.services import end_session, start_session

REFUSED = observed("session.refused")


def signed_in(user: User, request: HttpRequest, provider: str) -> None:
    _everywhere(user, request, start_session)


def signed_out(user: User, request: HttpRequest) -> None:
    _everywhere(user, request, end_session)


def refused(user: User, request: HttpRequest, reason: str) -> None:
    """A sign-in of somebody known that failed: switched off, throttled, a second factor that was wrong."""
    for membership in _memberships(user):
        with scope(membership.organization_id):
            record_event(REFUSED, actor_of(membership, request), subject=membership, reason=reason)


def _everywhere(user: User, request: HttpRequest, perform: Callable[..., Membership]) -> None:
    for membership in _memberships(user):
        with scope(membership.organization_id):
            perform(membership, actor=actor_of(membership, request))


def _memberships(user: User) -> QuerySet[Membership]:
    return Membership.unscoped.select_related("organization", "user").filter(user=user)
