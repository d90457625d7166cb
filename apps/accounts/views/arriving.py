"""What happens between a provider's answer and the page that somebody wanted."""

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from apps.accounts import oauth, records
from apps.accounts.models import User
from apps.accounts.selectors import factors
from apps.accounts.services import begin_sign_in
from apps.core.errors import NotFound
from notionhub.settings.providers import Provider

PENDING = "sign_in_pending"
PATIENCE = 15 * 60
"""Seconds that somebody has at the provider, and as many for their second factor."""
LONGEST = 2_000


def arrive(
    request: HttpRequest, user: User, provider: Provider, *, proved_at: float, wanted: str
) -> HttpResponseRedirect:
    """The provider has vouched for them: sign them in, or ask for the second factor that they have."""
    if not factors(user, provider.realm).exists():
        return enter(request, user, provider, proved_at=proved_at, wanted=wanted)
    if not request.user.is_authenticated:
        request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.public_id,
        "provider": provider.key,
        "proved_at": proved_at,
        "next": wanted,
        "at": time.time(),
    }
    return redirect("accounts:second_factor")


def enter(
    request: HttpRequest,
    user: User,
    provider: Provider,
    *,
    proved_at: float,
    wanted: str,
    second_factor: bool = False,
) -> HttpResponseRedirect:
    begin_sign_in(request, user, provider, proved_at=proved_at, second_factor=second_factor)
    records.signed_in(user, request, provider.key)
    return redirect(wanted or reverse("organizations:choose"))


def pending(request: HttpRequest) -> tuple[User, Provider, dict[str, Any]] | None:
    """Who has to show their second factor, through which provider they came, and what else is known of it."""
    kept = request.session.get(PENDING)
    if kept is None or time.time() - kept["at"] > PATIENCE:
        return None
    user = User.objects.filter(public_id=kept["user"], is_active=True).first()
    try:
        provider = oauth.provider(kept["provider"])
    except NotFound:
        return None
    return (user, provider, kept) if user else None


def to_provider(request: HttpRequest, provider: Provider, *, again: bool = False) -> HttpResponseBase:
    """Off to the provider. Raises ``TransientError`` and ``Invalid``.

    Browsers hold the redirect that follows a form to the content policy, which names the installation's providers;
    to an organization's own the page itself leads on, so that the policy needs no exception.
    """
    callback = reverse("accounts:callback", args=[provider.key])
    answer = oauth.begin(request, provider, settings.BASE_URL + callback, again=again)
    if not provider.realm:
        return answer
    return render(request, "accounts/going.html", {"provider": provider, "address": answer.url})


def on_this_site(request: HttpRequest, address: str) -> str:
    """The path if it may be followed, else nothing; anonymous visitors make us keep no more than that.

    A path begins with a slash: ``redirect`` would take any other word for the name of a view.
    """
    fits = address.startswith("/") and len(address) <= LONGEST
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if fits and safe else ""
