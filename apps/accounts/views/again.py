"""Proving once more who one is, before something dangerous."""

import time
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts import oauth, passkeys, records
from apps.accounts.limits import TooOften, count_address, told_to_wait
from apps.accounts.middleware import sign_in_of
from apps.accounts.models import SignIn, User
from apps.accounts.oauth import Claims
from apps.accounts.selectors import factors, is_known_as
from apps.accounts.services import renew
from apps.accounts.views.arriving import PENDING, on_this_site, to_provider
from apps.core.errors import Invalid, NotFound, TransientError
from notionhub.settings.providers import Provider

ATTEMPT = "sign_in_attempt"
LEEWAY = 30
"""Seconds by which a provider's clock may be behind ours."""
SOMEBODY_ELSE = "You proved to be somebody else, or at another provider. You are still {user} here."
SILENT = (
    "{label} does not say when you proved who you are, so this is no fresh sign-in. Add a passkey to your account,"
    " or ask whoever runs {label} to send the claim auth_time."
)
UNASKED = "{label} let you through without asking who you are, so this is no fresh sign-in."
GONE = "The way that you signed in by is not offered any more. Sign out, and sign in by another."


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def again(request: HttpRequest) -> HttpResponseBase:
    """The ways to do so; a POST leads to the provider of this sign-in."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = on_this_site(request, given.get("next", ""))
    if request.method != "POST":
        return again_page(request, wanted)
    try:
        count_address(request)
        chosen = _provider(request)
        if chosen is None:
            raise Invalid(GONE)
        request.session[ATTEMPT] = {"next": wanted, "again": True, "at": time.time()}
        return to_provider(request, chosen, again=True)
    except TooOften as error:
        return told_to_wait(request, error)
    except (Invalid, TransientError) as error:
        return again_page(request, wanted, error.message, status=400)


def again_page(request: HttpRequest, wanted: str, problem: str = "", *, status: int = 200) -> HttpResponse:
    sign_in, user = cast(SignIn, sign_in_of(request)), cast(User, request.user)
    request.session.pop(PENDING, None)  # a sign-in as somebody else that they began is given up
    known = list(factors(user, sign_in.realm))
    provider = _provider(request)
    weak = provider is not None and not provider.tells_when and bool(known)
    context = {
        "next": wanted,
        "problem": problem,
        "provider": None if weak else provider,
        "options": passkeys.request_options(request, known) if known else "",
    }
    return render(request, "accounts/again.html", context, status=status)


def renewed(request: HttpRequest, claims: Claims, attempt: dict[str, Any]) -> HttpResponse:
    """Back from the provider: does what it says make the sign-in fresh?"""
    user, sign_in = cast(User, request.user), cast(SignIn, sign_in_of(request))
    problem = _doubt(request, claims, float(attempt["at"]))
    if problem:
        return not_renewed(request, attempt, problem)
    renew(request, sign_in, proved_at=float(time.time() if claims.proved_at is None else claims.proved_at))
    records.noted(records.RENEWED, user, request, provider=sign_in.provider)
    return redirect(str(attempt.get("next", "")) or reverse("organizations:choose"))


def not_renewed(request: HttpRequest, attempt: dict[str, Any], problem: str) -> HttpResponse:
    """The sign-in stands as it was, and the attempt is on record."""
    user, sign_in = cast(User, request.user), cast(SignIn, sign_in_of(request))
    records.refused(user, request, problem, sign_in.realm)
    return again_page(request, str(attempt.get("next", "")), problem, status=403)


def _doubt(request: HttpRequest, claims: Claims, since: float) -> str:
    sign_in, label = cast(SignIn, sign_in_of(request)), claims.provider.label
    if claims.provider.key != sign_in.provider or not is_known_as(cast(User, request.user), claims):
        return SOMEBODY_ELSE.format(user=request.user)
    if not claims.provider.tells_when:
        return ""
    if claims.proved_at is None:
        return SILENT.format(label=label)
    return UNASKED.format(label=label) if claims.proved_at < since - LEEWAY else ""


def _provider(request: HttpRequest) -> Provider | None:
    """The one that this sign-in came through, if it is still there."""
    try:
        return oauth.provider(cast(SignIn, sign_in_of(request)).provider)
    except NotFound:
        return None
