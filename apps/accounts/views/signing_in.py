"""Signing in and out."""

import time

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from apps.accounts import oauth
from apps.accounts.models import User
from apps.accounts.services import NotAdmitted, user_of
from apps.core.errors import Invalid, TransientError

NEXT = "sign_in_next"
LONGEST = 2_000
PATIENCE = 15 * 60
"""Seconds that somebody has at the provider."""


@require_safe
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    return _page(request, wanted=request.GET.get("next", ""))


@require_POST
@never_cache
def start(request: HttpRequest, provider: str) -> HttpResponseBase:
    request.session.clear_expired()  # whoever never came back from a provider
    request.session.set_expiry(PATIENCE)
    request.session[NEXT] = _on_this_site(request, request.POST.get("next", ""))
    callback = settings.BASE_URL + reverse("accounts:callback", args=[provider])
    try:
        return oauth.begin(request, provider, callback)
    except TransientError as error:
        return _page(request, error.message, 503)


@require_GET
@never_cache
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    try:
        user = user_of(oauth.complete(request, provider))
    except Invalid as error:
        if isinstance(error, NotAdmitted):
            import_string(settings.SIGN_IN_REFUSAL_RECORDER)(error.user, request, error.message)
        return _page(request, error.message, 400)
    except TransientError as error:
        return _page(request, error.message, 503)
    wanted = _next(request)
    request.session.set_expiry(None)
    login(request, user)  # gives the session a new key
    request.session["signed_in_at"] = time.time()
    import_string(settings.SIGN_IN_RECORDER)(user, request, provider)
    return redirect(wanted)


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        import_string(settings.SIGN_OUT_RECORDER)(request.user, request)
    logout(request)
    return redirect("accounts:sign_in")


def _page(request: HttpRequest, message: str = "", status: int = 200, wanted: str = "") -> HttpResponse:
    context = {"providers": list(settings.SIGN_IN_PROVIDERS.values()), "next": wanted, "message": message}
    return render(request, "accounts/sign_in.html", context, status=status)


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go; only addresses of this site are followed."""
    wanted = request.session.pop(NEXT, "") or request.GET.get("next", "")
    return _on_this_site(request, wanted) or reverse("organizations:choose")


def _on_this_site(request: HttpRequest, address: str) -> str:
    """The address if it may be followed, else nothing; anonymous visitors make us keep no more than that."""
    secure = request.is_secure()
    fits = 0 < len(address) <= LONGEST
    return address if fits and url_has_allowed_host_and_scheme(address, {request.get_host()}, secure) else ""
