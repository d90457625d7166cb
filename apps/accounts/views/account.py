"""One's own account: where one is signed in, and what one proves oneself with. It lies outside organizations."""

import time
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import passkeys, records, selectors
from apps.accounts.middleware import realm_of, sign_in_of
from apps.accounts.models import Ended, Passkey, SignIn, User
from apps.accounts.services import (
    add_passkey,
    end,
    make_codes,
    remove_passkey,
    rename_passkey,
    renew,
    sign_out,
)
from apps.accounts.services.sign_ins import SIGNED_IN_AT
from apps.accounts.views.arriving import on_this_site
from apps.core.errors import Conflicting, Invalid


@require_safe
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    user, realm = _me(request), realm_of(request)
    context = {
        "person": user,
        "realm": realm,
        "sign_ins": selectors.sign_ins(user, realm)[:100],
        "here": sign_in_of(request),
        "identities": selectors.identities(user, realm),
        "passkeys": selectors.passkeys(user, realm),
        "codes_left": selectors.codes_left(user, realm),
        "passkeys_possible": passkeys.are_possible(),
    }
    return render(request, "accounts/account.html", context)


@require_POST
@login_required
def end_one(request: HttpRequest, public_id: str) -> HttpResponse:
    """End another sign-in of one's own, or this one."""
    found = selectors.sign_ins(_me(request), realm_of(request)).filter(public_id=public_id)
    one = found.first()
    if one is None:
        raise Http404
    if one.pk == cast(SignIn, sign_in_of(request)).pk:
        records.signed_out(_me(request), request)
        sign_out(request)
        return redirect("accounts:sign_in")
    end(SignIn.objects.filter(pk=one.pk), Ended.REVOKED)
    records.noted(records.REVOKED, _me(request), request, device=one.device, address=one.ip, count=1)
    messages.success(request, f"{one.device} is signed out. Its next request finds nobody signed in.")
    return redirect("accounts:account")


@require_POST
@login_required
def end_all(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here included."""
    user, realm = _me(request), realm_of(request)
    found = SignIn.objects.filter(user=user, ended_at=None)
    count = end(found.filter(realm=realm) if realm else found, Ended.REVOKED)
    records.noted(records.REVOKED, user, request, count=count)
    sign_out(request)
    return redirect("accounts:sign_in")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def passkey_add(request: HttpRequest) -> HttpResponse:
    """The ceremony that adds a passkey; the first one brings recovery codes with it."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = on_this_site(request, given.get("next", ""))
    if not is_fresh(request):
        return _prove_first(f"{reverse('accounts:passkey_add')}?{urlencode({'next': wanted})}")
    if request.method != "POST":
        return _ceremony(request, wanted, is_needed="needed" in request.GET)
    user, realm = _me(request), realm_of(request)
    try:
        new = passkeys.made(request, request.POST.get("credential", ""))
        made = add_passkey(user, new, name=request.POST.get("name", ""), realm=realm)
    except (Invalid, Conflicting) as error:
        return _ceremony(request, wanted, error.message, status=422)
    renew(request, cast(SignIn, sign_in_of(request)), proved_at=time.time(), second_factor=True)
    records.noted(records.PASSKEY_ADDED, user, request, name=made.name)
    if not selectors.codes_left(user, realm):
        return _codes(request, wanted)
    messages.success(request, f"The passkey “{made}” is added.")
    return redirect(wanted or "accounts:account")


@require_POST
@login_required
def passkey_rename(request: HttpRequest, public_id: str) -> HttpResponse:
    passkey = _passkey(request, public_id)
    try:
        rename_passkey(passkey, request.POST.get("name", ""))
    except Invalid as error:
        messages.error(request, error.message)
    return redirect("accounts:account")


@require_POST
@login_required
def passkey_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    passkey = _passkey(request, public_id)
    if not is_fresh(request):
        return _prove_first(reverse("accounts:account"))
    remove_passkey(passkey)
    records.noted(records.PASSKEY_REMOVED, _me(request), request, name=passkey.name)
    messages.success(request, f"The passkey “{passkey}” is removed. It signs you in nowhere here any more.")
    return redirect("accounts:account")


@require_POST
@login_required
@never_cache
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old ones, shown this once."""
    if not is_fresh(request):
        return _prove_first(reverse("accounts:account"))
    if not selectors.passkeys(_me(request), realm_of(request)).exists():
        messages.error(request, "Recovery codes stand in for a passkey. Add one first.")
        return redirect("accounts:account")
    return _codes(request, "")


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has proved lately who they are."""
    return bool(time.time() - request.session.get(SIGNED_IN_AT, 0.0) < settings.FRESH_SIGN_IN)


def _codes(request: HttpRequest, wanted: str) -> HttpResponse:
    user = _me(request)
    codes = make_codes(user, realm_of(request))
    records.noted(records.CODES_MADE, user, request, count=len(codes))
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "next": wanted, "person": user})


def _ceremony(
    request: HttpRequest, wanted: str, problem: str = "", *, is_needed: bool = False, status: int = 200
) -> HttpResponse:
    known = list(Passkey.objects.filter(user=_me(request)))
    possible = passkeys.are_possible()
    context = {
        "next": wanted,
        "problem": problem,
        "is_needed": is_needed,
        "possible": possible,
        "site": passkeys.site(),
        "options": passkeys.creation_options(request, _me(request), known) if possible else "",
        "name": "" if known else sign_in_device(request),
    }
    return render(request, "accounts/passkey_add.html", context, status=status)


def sign_in_device(request: HttpRequest) -> str:
    sign_in = sign_in_of(request)
    return sign_in.device[:60] if sign_in else ""


def _prove_first(wanted: str) -> HttpResponse:
    """A form is not sent on by itself: whoever comes back presses its button again."""
    return redirect(f"{reverse('accounts:again')}?{urlencode({'next': wanted})}")


def _passkey(request: HttpRequest, public_id: str) -> Passkey:
    found = selectors.passkeys(_me(request), realm_of(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)
