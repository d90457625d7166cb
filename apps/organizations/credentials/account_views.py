"""Pages of service accounts and their credentials."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.roles import Permission
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.core.http import HttpRequest, requires
from apps.organizations.credentials import selectors, views
from apps.organizations.credentials.accounts import (
    create_service_account,
    delete_service_account,
    switch_service_account,
    update_service_account,
)
from apps.organizations.credentials.forms import AccountForm, CredentialForm, as_it_is
from apps.organizations.credentials.once import is_first, mark, show_secret
from apps.organizations.credentials.rows import labels, rows, workspaces_of
from apps.organizations.credentials.selectors import workspaces_by_key
from apps.organizations.credentials.services import add_credential
from apps.organizations.models import Credential, CredentialKind, ServiceAccount
from apps.organizations.standing import standing_of_account

SEE, MANAGE = Permission.SERVICE_ACCOUNT_VIEW, Permission.SERVICE_ACCOUNT_MANAGE


@require_safe
@requires(SEE)
def service_accounts(request: HttpRequest, slug: str) -> HttpResponse:
    page = Paginator(selectors.service_accounts(), views.PAGE).get_page(request.GET.get("page"))
    return render(request, "credentials/account_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def account_create(request: HttpRequest, slug: str) -> HttpResponse:
    form = AccountForm(request.actor.permissions, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            account = create_service_account(form.charter(), actor=request.actor)
        except (Invalid, Conflicting, Forbidden) as error:
            views.complain(form, error if isinstance(error, Invalid) else Invalid(error.message, field="name"))
        else:
            messages.success(request, f"“{account}” is made. Give it a credential next.")
            return redirect("credentials:account_detail", slug, account.public_id)
    back = reverse("credentials:service_accounts", args=[slug])
    context = {"form": form, "title": "New service account", "button": "Create service account", "back": back}
    return render(request, "credentials/credential_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(SEE)
def account_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    account = _account(public_id)
    page = Paginator(selectors.credentials_of(account), views.PAGE).get_page(request.GET.get("page"))
    page.object_list = list(rows(page.object_list, timezone.now()))  # type: ignore[arg-type]
    context = {
        "account": account,
        "page": page,
        "permissions": labels(account.held),
        "workspaces": workspaces_of(account, workspaces_by_key()),
    }
    return render(request, "credentials/account_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def account_update(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    account = _account(public_id)
    given = request.POST if request.method == "POST" else None
    form = AccountForm(request.actor.permissions, given, initial=dict(as_it_is(account)))
    if form.is_bound and form.is_valid():
        try:
            update_service_account(account, form.charter(), actor=request.actor)
        except (Invalid, Conflicting, Forbidden) as error:
            views.complain(form, error if isinstance(error, Invalid) else Invalid(error.message))
        else:
            messages.success(request, f"“{account}” is changed. Its credentials follow at their next request.")
            return redirect("credentials:account_detail", slug, public_id)
    back = reverse("credentials:account_detail", args=[slug, public_id])
    context = {"form": form, "title": f"Change “{account}”", "button": "Save changes", "back": back}
    return render(request, "credentials/credential_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def account_switch(request: HttpRequest, slug: str, public_id: str, on: bool) -> HttpResponse:
    account = switch_service_account(_account(public_id), on, actor=request.actor)
    messages.success(request, f"“{account}” is switched {'on' if on else 'off: all of its credentials are refused'}.")
    return redirect("credentials:account_detail", slug, public_id)


@require_POST
def account_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    account = _account(public_id)
    delete_service_account(account, actor=request.actor)
    messages.success(request, f"“{account}” and its credentials are deleted.")
    return redirect("credentials:service_accounts", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def credential_create(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    account = _account(public_id)
    back = reverse("credentials:account_detail", args=[slug, public_id])
    form = CredentialForm(standing_of_account(account).somewhere, request.POST if request.method == "POST" else None)
    if form.is_bound:
        if not is_first(request):
            return redirect(back)
        if form.is_valid():
            kind, name = CredentialKind(form.cleaned_data["kind"]), form.cleaned_data["name"]
            try:
                made = add_credential(kind, name, account, limits=form.limits(), actor=request.actor)
                return show_secret(request, *made, back)
            except Invalid as error:
                views.complain(form, error)
    mark(request, form)
    title = f"New credential of “{account}”"
    context = {"form": form, "title": title, "button": "Create credential", "back": back}
    return render(request, "credentials/credential_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(SEE)
def credential_detail(request: HttpRequest, slug: str, public_id: str, other: str) -> HttpResponse:
    return views.detail(request, _credential(public_id, other))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def credential_update(request: HttpRequest, slug: str, public_id: str, other: str) -> HttpResponse:
    return views.update(request, _credential(public_id, other))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def credential_rotate(request: HttpRequest, slug: str, public_id: str, other: str) -> HttpResponse:
    return views.rotate(request, _credential(public_id, other))


@require_POST
def credential_act(request: HttpRequest, slug: str, public_id: str, other: str, act: str) -> HttpResponse:
    return views.perform(request, _credential(public_id, other), act)


def _account(public_id: str) -> ServiceAccount:
    return get_object_or_404(selectors.service_accounts(), public_id=public_id)


def _credential(public_id: str, other: str) -> Credential:
    return get_object_or_404(selectors.credentials_of(_account(public_id)), public_id=other)
