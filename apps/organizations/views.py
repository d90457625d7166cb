"""Choosing an organization; its people; its API tokens."""

import secrets
from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest as PlainRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.roles import Permission
from apps.accounts.models import User
from apps.core.errors import Conflicting, Invalid
from apps.core.http import HttpRequest, requires
from apps.organizations import selectors
from apps.organizations.forms import TokenForm
from apps.organizations.models import ApiToken
from apps.organizations.services import create_token, revoke_token

ONCE = "token_form"
"""Marks the form that was shown last, so that reloading its answer does not send it again."""


@require_safe
@login_required
def choose(request: PlainRequest) -> HttpResponse:
    """Straight to the only organization, or a choice, or a word on how to get into one."""
    memberships = list(selectors.organizations_of(cast(User, request.user)))
    if len(memberships) == 1:
        return redirect("dashboard:home", memberships[0].organization.slug)
    return render(request, "organizations/choose.html", {"memberships": memberships})


@require_safe
@requires(Permission.MEMBER_VIEW)
def members(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "organizations/member_list.html", {"members": selectors.members()})


@require_safe
@requires(Permission.TOKEN_VIEW)
def tokens(request: HttpRequest, slug: str) -> HttpResponse:
    return _token_page(request, TokenForm())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TOKEN_CREATE)
def token_create(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer shows the secret once, so it is a page of its own, and each form makes one token only."""
    if request.method != "POST":
        return redirect("organizations:tokens", slug)
    form = TokenForm(request.POST)
    if request.POST.get("once", "") != request.session.pop(ONCE, None):
        messages.warning(request, "This form was used already. No second token was made.")
        return redirect("organizations:tokens", slug)
    if not form.is_valid():
        return _token_page(request, form, status=422)
    days = form.cleaned_data["days"]
    expires_at = timezone.now() + timedelta(days=days) if days else None
    try:
        user = cast(User, request.user)
        token, secret = create_token(form.cleaned_data["name"], user, expires_at=expires_at, actor=request.actor)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _token_page(request, form, status=422)
    response = _token_page(request, TokenForm(), created=token, secret=secret)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def token_revoke(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects, public_id=public_id)
    try:
        revoke_token(token, actor=request.actor)
        messages.success(request, f"The token “{token.name}” is revoked.")
    except Conflicting as error:
        messages.warning(request, error.message)
    return redirect("organizations:tokens", slug)


def _token_page(
    request: HttpRequest,
    form: TokenForm,
    *,
    created: ApiToken | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    once = request.session[ONCE] = secrets.token_urlsafe(12)
    form.initial["once"] = once
    if form.is_bound:
        form.data = {**form.data.dict(), "once": once}  # type: ignore[attr-defined]
    context = {
        "tokens": selectors.tokens(),
        "form": form,
        "created": created,
        "secret": secret,
        "now": timezone.now(),
    }
    return render(request, "organizations/token_list.html", context, status=status)
