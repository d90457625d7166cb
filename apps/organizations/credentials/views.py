"""Pages of credentials: those of people, and what one credential has whoever owns it."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.roles import Permission
from apps.accounts.models import User
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.core.http import HttpRequest, requires
from apps.organizations.credentials import selectors
from apps.organizations.credentials.forms import LimitsForm, OnceForm, RotationForm, as_it_is
from apps.organizations.credentials.once import is_first, mark, show_secret
from apps.organizations.credentials.rows import rows
from apps.organizations.credentials.services import create_token, family_of
from apps.organizations.models import Credential, ServiceAccount
from apps.organizations.standing import standing_of_account

PAGE = 50
DONE = {
    "on": "“{}” is switched on.",
    "off": "“{}” is switched off: it is refused at once.",
    "end_previous": "The earlier secret of “{}” works no more.",
    "revoke": "“{}” is revoked.",
}


@require_safe
@requires(Permission.TOKEN_VIEW)
def tokens(request: HttpRequest, slug: str) -> HttpResponse:
    page = Paginator(selectors.tokens(), PAGE).get_page(request.GET.get("page"))
    page.object_list = list(rows(page.object_list, timezone.now()))  # type: ignore[arg-type]
    return render(request, "credentials/token_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TOKEN_CREATE)
def token_create(request: HttpRequest, slug: str) -> HttpResponse:
    back = reverse("credentials:tokens", args=[slug])
    form = OnceForm(_held(request), request.POST if request.method == "POST" else None)
    if form.is_bound:
        if not is_first(request):
            return redirect(back)
        if form.is_valid():
            try:
                user = cast(User, request.user)
                name, limits = form.cleaned_data["name"], form.limits()
                return show_secret(request, *create_token(name, user, limits=limits, actor=request.actor), back)
            except Invalid as error:
                complain(form, error)
    mark(request, form)
    context = {"form": form, "title": "New API token", "button": "Create token", "back": back}
    return render(request, "credentials/credential_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(Permission.TOKEN_VIEW)
def token_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    return detail(request, _token(public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TOKEN_CREATE)
def token_update(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    return update(request, _token(public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.TOKEN_CREATE)
def token_rotate(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    return rotate(request, _token(public_id))


@require_POST
def token_act(request: HttpRequest, slug: str, public_id: str, act: str) -> HttpResponse:
    return perform(request, _token(public_id), act)


# What one credential has, whoever owns it --------------------------------------------------------------


def detail(request: HttpRequest, credential: Credential) -> HttpResponse:
    row = next(rows([credential], timezone.now()))
    context: dict[str, Any] = {
        "row": row,
        "credential": credential,
        "account": credential.service_account,
        "at": address(request, credential),
        "is_own": _is_own(request, credential),
        "may_end": request.actor.can(_may_end(credential)),
    }
    return render(request, "credentials/credential_detail.html", context)


def update(request: HttpRequest, credential: Credential) -> HttpResponse:
    back = address(request, credential)
    form = LimitsForm(
        _held_by_owner(request, credential),
        request.POST if request.method == "POST" else None,
        initial=dict(as_it_is(credential)),
    )
    if credential.service_account:
        form.fields["may"].choices = [("all", "All that the service account may do"), ("some", "Only what is ticked")]  # type: ignore[attr-defined]
    if form.is_bound and form.is_valid():
        try:
            family = family_of(credential)
            name, limits = form.cleaned_data["name"], form.limits()
            family.update(credential, name, limits, credential.is_on, actor=request.actor)
        except Invalid as error:
            complain(form, error)
        except Conflicting as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"“{credential}” is changed. It holds from the next request.")
            return redirect(back)
    context = {"form": form, "title": f"Change “{credential}”", "button": "Save changes", "back": back}
    return render(request, "credentials/credential_form.html", context, status=422 if form.is_bound else 200)


def rotate(request: HttpRequest, credential: Credential) -> HttpResponse:
    """A new secret; the page that shows it says until when the old one works."""
    back = address(request, credential)
    form = RotationForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        if not is_first(request):
            return redirect(back)
        if form.is_valid():
            given = form.cleaned_data
            ends = timezone.now() + timedelta(days=given["days"])
            try:
                made = family_of(credential).rotate(
                    credential, grace=timedelta(hours=given["grace"]), expires_at=ends, actor=request.actor
                )
                return show_secret(request, *made, back)
            except Invalid as error:
                complain(form, error)
            except (Conflicting, Forbidden) as error:
                messages.warning(request, error.message)
                return redirect(back)
    mark(request, form)
    context = {"form": form, "credential": credential, "row": next(rows([credential], timezone.now())), "back": back}
    return render(request, "credentials/credential_rotate.html", context, status=422 if form.is_bound else 200)


def perform(request: HttpRequest, credential: Credential, act: str) -> HttpResponse:
    family = family_of(credential)
    try:
        if act in ("on", "off"):
            family.switch(credential, act == "on", actor=request.actor)
        elif act == "end_previous":
            family.end_previous(credential, actor=request.actor)
        else:
            family.revoke(credential, actor=request.actor)
        messages.success(request, DONE[act].format(credential))
    except Conflicting as error:
        messages.warning(request, error.message)
    return redirect(address(request, credential))


def address(request: HttpRequest, credential: Credential) -> str:
    slug, account = request.organization.slug, credential.service_account
    if account is None:
        return reverse("credentials:token_detail", args=[slug, credential.public_id])
    return reverse("credentials:credential_detail", args=[slug, account.public_id, credential.public_id])


def complain(form: forms.Form, error: Invalid) -> None:
    field = {"expires_at": "days"}.get(error.field or "", error.field)
    form.add_error(field if field in form.fields else None, error.message)


def _token(public_id: str) -> Credential:
    return get_object_or_404(selectors.tokens(), public_id=public_id)


def _held(request: HttpRequest) -> frozenset[str]:
    """All that the actor may do somewhere."""
    return frozenset(permission for permission in Permission if request.actor.can_somewhere(permission))


def _held_by_owner(request: HttpRequest, credential: Credential) -> frozenset[str]:
    account = credential.service_account
    return frozenset(standing_of_account(account).somewhere) if account else _held(request)


def _is_own(request: HttpRequest, credential: Credential) -> bool:
    """Whether the actor is one that can change and rotate it."""
    if isinstance(credential.service_account, ServiceAccount):
        return request.actor.can(Permission.SERVICE_ACCOUNT_MANAGE)
    return credential.user_id == request.user.pk and request.actor.can(Permission.TOKEN_CREATE)


def _may_end(credential: Credential) -> Permission:
    return Permission.SERVICE_ACCOUNT_MANAGE if credential.service_account_id else Permission.TOKEN_REVOKE
