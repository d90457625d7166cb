"""Signing in and out."""

import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from apps.accounts import oauth, records
from apps.accounts.limits import TooOften, count_address, count_person, told_to_wait
from apps.accounts.middleware import sign_in_of
from apps.accounts.models import User
from apps.accounts.services import NotAdmitted, user_of
from apps.accounts.services import sign_out as end_here
from apps.accounts.tenants import tenants
from apps.accounts.views.again import ATTEMPT, not_renewed, renewed
from apps.accounts.views.arriving import PATIENCE, arrive, on_this_site, to_provider
from apps.core.errors import Invalid, TransientError
from notionhub.settings.providers import Provider

NO_COMPANY = "No company sign-in is set up for {domain}. Choose one of the ways above, or ask your company’s IT."


@require_safe
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = on_this_site(request, request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(wanted or reverse("organizations:choose"))
    return _page(request, wanted=wanted, was_ended="ended" in request.GET)


@require_POST
@never_cache
def company(request: HttpRequest) -> HttpResponseBase:
    """From a work e-mail to the provider of its company. The answer depends on the domain alone, so it tells nobody
    which addresses have an account."""
    email = request.POST.get("email", "").strip().lower()
    wanted = on_this_site(request, request.POST.get("next", ""))
    try:
        count_address(request)
        validate_email(email)
    except TooOften as error:
        return told_to_wait(request, error)
    except ValidationError:
        return _page(request, wanted=wanted, email=email, problem="This is no e-mail address.", status=422)
    found = tenants().for_domain(email.rpartition("@")[2])
    if len(found) == 1:
        return _start(request, found[0], wanted)
    if found:
        return render(request, "accounts/company.html", {"providers": found, "next": wanted})
    problem = NO_COMPANY.format(domain=email.rpartition("@")[2])
    return _page(request, wanted=wanted, email=email, problem=problem, status=404)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: HttpRequest, provider: str) -> HttpResponseBase:
    """A page with one button, which an organization can hand out as a link; its POST leads to the provider."""
    chosen = oauth.provider(provider)
    if request.method != "POST":
        wanted = on_this_site(request, request.GET.get("next", ""))
        return render(request, "accounts/company.html", {"providers": [chosen], "next": wanted})
    try:
        count_address(request)
    except TooOften as error:
        return told_to_wait(request, error)
    return _start(request, chosen, on_this_site(request, request.POST.get("next", "")))


@require_GET
@never_cache
def callback(request: HttpRequest, provider: str) -> HttpResponseBase:
    chosen = oauth.provider(provider)
    attempt: dict[str, Any] = request.session.pop(ATTEMPT, {})
    again = bool(attempt.get("again")) and sign_in_of(request) is not None
    try:
        count_address(request)
        claims = oauth.complete(request, chosen)
        if again:
            return renewed(request, claims, attempt)
        user = user_of(claims)
        _count(request, user, chosen)
    except TooOften as error:
        return told_to_wait(request, error)
    except (Invalid, TransientError) as error:
        if again:
            return not_renewed(request, attempt, error.message)
        if isinstance(error, NotAdmitted):
            records.refused(error.user, request, error.message, chosen.realm)
        return _page(request, error.message, 503 if isinstance(error, TransientError) else 400)
    proved_at = float(time.time() if claims.proved_at is None else claims.proved_at)
    tenants().proved(chosen, user)
    return arrive(request, user, chosen, proved_at=proved_at, wanted=attempt.get("next", ""))


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        records.signed_out(request.user, request)
    end_here(request)
    return redirect("accounts:sign_in")


def _start(request: HttpRequest, chosen: Provider, wanted: str) -> HttpResponseBase:
    if not request.user.is_authenticated:
        request.session.clear_expired()  # whoever never came back from a provider
        request.session.set_expiry(PATIENCE)
    request.session[ATTEMPT] = {"next": wanted}
    try:
        return to_provider(request, chosen)
    except Invalid as error:
        return _page(request, error.message, 400)
    except TransientError as error:
        return _page(request, error.message, 503)


def _count(request: HttpRequest, user: User, chosen: Provider) -> None:
    try:
        count_person(user, chosen.key)
    except TooOften as error:
        records.refused(user, request, error.message, chosen.realm)
        raise


def _page(request: HttpRequest, message: str = "", status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "providers": list(settings.SIGN_IN_PROVIDERS.values()),
        "next": more.get("wanted", ""),
        "message": message,
        "problem": more.get("problem", ""),
        "email": more.get("email", ""),
        "was_ended": more.get("was_ended", False),
    }
    return render(request, "accounts/sign_in.html", context, status=status)
