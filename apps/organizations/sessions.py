"""What people do with their sign-ins and accounts, also in vain, is recorded in every organization that it touches."""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts.middleware import realm_of
from apps.accounts.models import User
from apps.accounts.records import REFUSED
from apps.core.occurrences import record_event
from apps.core.tenancy import scope
from apps.organizations.door import actor_of
from apps.organizations.models import Membership
from apps.organizations.services import end_session, start_session


def signed_in(user: User, request: HttpRequest, provider: str) -> None:
    _everywhere(user, request, start_session)


def signed_out(user: User, request: HttpRequest) -> None:
    _everywhere(user, request, end_session)


def refused(user: User, request: HttpRequest, reason: str, realm: str = "") -> None:
    """A sign-in of somebody known that failed: switched off, throttled, a second factor that was wrong."""
    for membership in _memberships(user, realm):
        with scope(membership.organization_id):
            record_event(REFUSED, actor_of(membership, request), subject=membership, reason=reason)


def noted(event: str, user: User, request: HttpRequest, details: Mapping[str, object]) -> None:
    """Something that a person did with their own account."""
    for membership in _memberships(user, realm_of(request)):
        with scope(membership.organization_id):
            actor = actor_of(membership, request)
            record_event(event, actor, outcome="succeeded", subject=membership, details=dict(details))


def _everywhere(user: User, request: HttpRequest, perform: Callable[..., Membership]) -> None:
    for membership in _memberships(user, realm_of(request)):
        with scope(membership.organization_id):
            perform(membership, actor=actor_of(membership, request))


def _memberships(user: User, realm: str) -> QuerySet[Membership]:
    """All of the person, or the one in the organization whose own provider has vouched for them."""
    rows = Membership.unscoped.select_related("organization", "user").filter(user=user)
    return rows.filter(organization__public_id=realm) if realm else rows
