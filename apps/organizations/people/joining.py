"""The page that the link of an invitation leads to. It lies outside the door: who opens it is no member yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.middleware import realm_of
from apps.accounts.models import User
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Conflicting
from apps.core.tenancy import scope
from apps.organizations.addresses import client_ip
from apps.organizations.models import Invitation, InvitationState
from apps.organizations.people.selectors import addresses_of, invitation_of
from apps.organizations.services import accept_invitation
from apps.organizations.services.invitations import ENDED

UNKNOWN = (
    "This link is not good any more: it was used, withdrawn, or replaced by a newer one. Look for a newer e-mail, or"
    " ask whoever invited you for one."
)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Who is invited to what; a POST of the person who is meant joins."""
    found = invitation_of(secret)
    if found is None:
        return _page(request, None, UNKNOWN, status=404)
    state = found.state(timezone.now())
    if state is not InvitationState.INVITED:
        return _page(request, found, ENDED[state], status=410)
    if not isinstance(request.user, User):
        return _page(request, found, sign_in_next=request.path)
    if realm_of(request) not in ("", found.organization.public_id) or found.email not in addresses_of(request.user):
        return _page(request, found, is_other=True, status=403)
    return _join(request, found, request.user) if request.method == "POST" else _page(request, found, may_join=True)


def _join(request: HttpRequest, found: Invitation, user: User) -> HttpResponse:
    try:
        with scope(found.organization_id):
            accept_invitation(found, user, actor=_newcomer(request, found, user))
    except Conflicting as error:
        return _page(request, found, error.message, status=409)
    return redirect(reverse("dashboard:home", args=[found.organization.slug]))


def _newcomer(request: HttpRequest, found: Invitation, user: User) -> Actor:
    """Somebody who may do nothing here yet."""
    return Actor(
        ActorKind.USER,
        user.pk,
        str(user),
        found.organization_id,
        frozenset(),
        role="newcomer",
        ip=client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[:300],
        request_id=getattr(request, "request_id", ""),
        ref=user.public_id,
    )


def _page(
    request: HttpRequest, found: Invitation | None, problem: str = "", *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"invitation": found, "problem": problem, **more}
    return render(request, "organizations/invitation.html", context, status=status)
