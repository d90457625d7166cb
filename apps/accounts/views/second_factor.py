"""The second factor: after a provider's answer, where an organization asks for it, instead of signing in again."""

import time
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts import passkeys, records
from apps.accounts.limits import TooOften, count_factor, told_to_wait
from apps.accounts.middleware import sign_in_of
from apps.accounts.models import SignIn, User
from apps.accounts.selectors import codes_left, factors
from apps.accounts.services import note_use, renew, use_code
from apps.accounts.views.arriving import PENDING, enter, on_this_site, pending
from apps.core.errors import Invalid
from notionhub.settings.providers import Provider


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked. ``provider`` is set for whoever is not signed in yet, ``sign_in`` for whoever is."""

    user: User
    realm: str
    wanted: str
    provider: Provider | None = None
    sign_in: SignIn | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def second_factor(request: HttpRequest) -> HttpResponseBase:
    asked = _asked(request)
    if asked is None:
        return redirect("accounts:sign_in")
    if request.method != "POST":
        return _page(request, asked)
    try:
        count_factor(asked.user)
        how = _prove(request, asked)
    except TooOften as error:
        records.refused(asked.user, request, error.message, asked.realm)
        return told_to_wait(request, error)
    except Invalid as error:
        records.refused(asked.user, request, error.message, asked.realm)
        return _page(request, asked, error.message, status=422)
    return _go_on(request, asked, how)


def _asked(request: HttpRequest) -> Asked | None:
    sign_in = sign_in_of(request)
    if sign_in is not None and "next" in request.GET:
        request.session.pop(PENDING, None)  # led here as who they are: another sign-in that they began is given up
    found = pending(request)
    if found is not None:
        user, provider, kept = found
        return Asked(user, provider.realm, kept["next"], provider)
    if sign_in is None:
        return None
    given = request.POST if request.method == "POST" else request.GET
    user = cast(User, request.user)
    return Asked(user, sign_in.realm, on_this_site(request, given.get("next", "")), sign_in=sign_in)


def _prove(request: HttpRequest, asked: Asked) -> str:
    """What it was proved with. Raises :class:`Invalid`."""
    if request.POST.get("code"):
        use_code(asked.user, request.POST["code"][:40], asked.realm)
        return "a recovery code"
    used = passkeys.proved(request, request.POST.get("credential", ""), list(factors(asked.user, asked.realm)))
    note_use(used)
    return f"the passkey “{used}”"


def _go_on(request: HttpRequest, asked: Asked, how: str) -> HttpResponse:
    if asked.provider is None:
        renew(request, cast(SignIn, asked.sign_in), proved_at=time.time(), second_factor=True)
        records.noted(records.RENEWED, asked.user, request, by=how)
        return redirect(asked.wanted or reverse("organizations:choose"))
    del request.session[PENDING]
    answer = enter(request, asked.user, asked.provider, proved_at=time.time(), wanted=asked.wanted, second_factor=True)
    if how == "a recovery code":
        records.noted(records.CODE_USED, asked.user, request, left=codes_left(asked.user, asked.realm))
    return answer


def _page(request: HttpRequest, asked: Asked, problem: str = "", *, status: int = 200) -> HttpResponse:
    known = list(factors(asked.user, asked.realm))
    context = {
        "email": asked.user.email,
        "next": asked.wanted,
        "problem": problem,
        "options": passkeys.request_options(request, known) if known else "",
        "is_signed_in": asked.provider is None,
    }
    return render(request, "accounts/second_factor.html", context, status=status)
