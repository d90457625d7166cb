"""The one door: session or bearer token becomes an actor, inside its organization's scope.

A signed link opens the scope, too, without an actor: it gives the one file that it was made for.

Pages under ``/o/<slug>/`` take a session, the API under ``/api/v1/o/<slug>/`` takes a bearer token
only (so nothing that a browser sends by itself can call it). Strangers get 404, so that the
existence of an organization is not told. At an address that an organization had before, its members are led on.
"""

import re
import time
from datetime import timedelta
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services.sign_ins import SIGNED_IN_AT
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Forbidden
from apps.core.middleware import GetResponse, refuse
from apps.core.problems import problem_response
from apps.core.scopes import narrowed, scope
from apps.core.storage.links import PREFIX, read_link
from apps.organizations.addresses import client_ip
from apps.organizations.credentials.bearer import (
    TurnedAway,
    actor_of_bearer,
    bearer,
    membership_behind,
    note_use,
    put_on_record,
)
from apps.organizations.models import Membership, Organization
from apps.organizations.naming import moved_to
from apps.organizations.sign_in.gate import held_back, kept_out
from apps.organizations.standing import standing_of

DOOR = re.compile(r"^/(?P<api>api/v1/)?o/(?P<slug>[-a-zA-Z0-9_]+)(?:/|$)")
LINK = re.compile(rf"^{PREFIX}(?P<purpose>[a-z]+)/")
NOTHING = "There is nothing at this address, or nothing that you may see."
MOVED = "The address of {name} has changed to {slug}. Nothing was changed. Use the new one."
LAST_SEEN_GRAIN = timedelta(minutes=5)


class DoorMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = request.organization = None  # type: ignore[attr-defined]
        if linked := LINK.match(request.path_info):
            return self._follow(request, linked["purpose"])
        match = DOOR.match(request.path_info)
        if match is None:
            return self.get_response(request)
        try:
            entered = _by_bearer(request, match["slug"]) if match["api"] else _by_session(request, match["slug"])
        except Http404:
            return refuse(request, 404, NOTHING)
        if isinstance(entered, HttpResponse):
            return entered
        organization, actor = entered
        if organization.is_ending:
            return refuse(request, 404, NOTHING)
        request.actor, request.organization = actor, organization  # type: ignore[attr-defined]
        with (
            scope(actor.organization_id),
            narrowed(actor.sees),
            structlog.contextvars.bound_contextvars(organization=match["slug"]),
        ):
            response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"  # nothing of a tenant stays behind in a cache
        return response

    def _follow(self, request: HttpRequest, purpose: str) -> HttpResponseBase:
        try:
            claim = read_link(purpose, request.GET.get("key", ""))
        except Forbidden as error:
            return refuse(request, 403, error.message)
        organization = Organization.objects.filter(public_id=claim.organization).first()
        if organization is None or organization.is_ending:
            return refuse(request, 404, NOTHING)
        request.organization, request.claim = organization, claim  # type: ignore[attr-defined]
        with scope(organization.pk), structlog.contextvars.bound_contextvars(organization=organization.slug):
            return self.get_response(request)


Entered = tuple[Organization, Actor] | HttpResponse


def actor_of(membership: Membership, request: HttpRequest) -> Actor:
    """A person in a browser."""
    with scope(membership.organization_id):
        standing = standing_of(membership)
    return Actor(
        kind=ActorKind.USER,
        id=membership.user_id,
        label=str(membership.user),
        organization_id=membership.organization_id,
        permissions=standing.permissions,
        grants=standing.grants,
        sees=standing.sees,
        ref=membership.user.public_id,
        teams=standing.teams,
        fresh=_is_fresh(request),
        role=membership.role,
        ip=client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[:300],
        request_id=getattr(request, "request_id", ""),
    )


def _is_fresh(request: HttpRequest) -> bool:
    signed_in_at = request.session.get(SIGNED_IN_AT, 0.0)
    return bool(time.time() - signed_in_at < settings.FRESH_SIGN_IN)


def _membership(user_id: int, slug: str) -> Membership | None:
    rows = Membership.unscoped.select_related("organization", "user")
    return rows.filter(user_id=user_id, organization__slug=slug, user__is_active=True).first()


def _by_session(request: HttpRequest, slug: str) -> Entered:
    if not isinstance(request.user, User):
        return _to_sign_in(request)
    if (elsewhere := kept_out(request, slug)) is not None:
        return elsewhere
    membership = _membership(request.user.pk, slug)
    if membership is None:
        return _led_on(request, request.user, slug)
    if (lacking := held_back(request, membership.organization)) is not None:
        return lacking
    _note_seen(membership)
    return membership.organization, actor_of(membership, request)


def _led_on(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """From an address that one of the person's organizations had before to the one that it has. Raises ``Http404``."""
    moved = moved_to(slug)
    if moved is None or moved.is_ending or _membership(user.pk, moved.slug) is None:
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return refuse(request, 404, MOVED.format(name=moved, slug=f"/o/{moved.slug}/"))
    return HttpResponseRedirect(request.get_full_path().replace(f"/o/{slug}", f"/o/{moved.slug}", 1))


def _note_seen(membership: Membership) -> None:
    now = timezone.now()
    if membership.last_seen_at is None or now - membership.last_seen_at > LAST_SEEN_GRAIN:
        Membership.unscoped.filter(pk=membership.pk).update(last_seen_at=now)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A lost session comes back to the same page; a fragment's address is no page, so its page's is used."""
    wanted = request.get_full_path()
    if request.headers.get("HX-Request"):
        wanted = request.headers.get("HX-Current-URL", "").removeprefix(settings.BASE_URL) or wanted
    query = {"next": wanted} | ({"ended": "1"} if getattr(request, "was_ended", False) else {})
    address = f"{reverse('accounts:sign_in')}?{urlencode(query)}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _by_bearer(request: HttpRequest, slug: str) -> Entered:
    try:
        came = bearer(request)
    except TurnedAway as turned_away:
        put_on_record(turned_away, request)
        return _turned_away(request, turned_away)
    credential = came.credential
    organization = credential.organization
    if organization.slug != slug:
        if moved_to(slug) == organization and not organization.is_ending:
            return problem_response(
                request, 404, MOVED.format(name=organization, slug=f"/api/v1/o/{organization.slug}/")
            )
        raise Http404
    membership = membership_behind(credential)
    if credential.user_id and membership is None:
        raise Http404
    note_use(credential, request)
    return organization, actor_of_bearer(came, request, membership)


def _turned_away(request: HttpRequest, turned_away: TurnedAway) -> HttpResponse:
    response = problem_response(request, turned_away.status, turned_away.message)
    if turned_away.status == 401 and "Authorization" in request.headers:
        response["WWW-Authenticate"] += ', error="invalid_token"'  # RFC 6750 section 3.1
    return response
