"""Signing in and out is recorded in every organization of the person."""

from collections.abc import Callable

from django.http import HttpRequest

from apps.accounts.models import User
from apps.core.tenancy import scope
from apps.organizations.door import actor_of
from apps.organizations.models import Membership
from apps.organizations.services import end_session, start_session


def signed_in(user: User, request: HttpRequest, provider: str) -> None:
    _everywhere(user, request, start_session)


def signed_out(user: User, request: HttpRequest) -> None:
    _everywhere(user, request, end_session)


def _everywhere(user: User, request: HttpRequest, perform: Callable[..., Membership]) -> None:
    for membership in Membership.unscoped.select_related("organization", "user").filter(user=user):
        with scope(membership.organization_id):
            perform(membership, actor=actor_of(membership, request))
