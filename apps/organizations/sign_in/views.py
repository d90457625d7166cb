"""The page on how members sign in."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import SecretStr

from apps.access.roles import Permission
from apps.accounts import passkeys
from apps.core.errors import Conflicting, Invalid, SignInAgain
from apps.core.http import HttpRequest, requires
from apps.core.operations import SIGN_IN_AGAIN
from apps.organizations.sign_in import domains, selectors, services
from apps.organizations.sign_in.examining import examine
from apps.organizations.sign_in.forms import CodeForm, DomainForm, ProviderChangeForm, ProviderForm, RulesForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SIGN_IN_MANAGE)
def sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Providers, rules, domains; a POST changes the rules."""
    form = RulesForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request)
    try:
        services.set_rules(request.organization, **form.cleaned_data, actor=request.actor)
        messages.success(request, "Saved. It holds from each member’s next request.")
        return redirect("organizations:sign_in", slug)
    except Conflicting as error:
        form.add_error(None, error.message)
        request.organization.refresh_from_db()
        return _page(request, rules=form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SIGN_IN_MANAGE)
def provider_add(request: HttpRequest, slug: str) -> HttpResponse:
    form = ProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            ensure_fresh(request)
            issuer = examine(given["issuer"])
            secret = SecretStr(given["client_secret"])
            made = services.add_provider(given["label"], issuer, given["client_id"], secret, actor=request.actor)
            messages.success(request, f"{made} is added. Sign in through it once, as an owner, before you require it.")
            return redirect("organizations:sign_in_provider", slug, made.public_id)
        except Invalid as error:
            form.add_error(error.field, error.message)
        except Conflicting as error:
            form.add_error(None, error.message)
    context = {"form": form}
    return render(request, "organizations/sign_in/provider_add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SIGN_IN_MANAGE)
def provider(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One provider; a POST changes it."""
    found = selectors.provider_named(public_id)
    now = {"label": found.label, "client_id": found.client_id, "is_on": found.is_on}
    form = ProviderChangeForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        secret = given.pop("client_secret")
        try:
            changed = SecretStr(secret) if secret else None
            services.update_provider(found, **given, client_secret=changed, actor=request.actor)
            messages.success(request, "Saved.")
            return redirect("organizations:sign_in_provider", slug, public_id)
        except Invalid as error:
            form.add_error(error.field, error.message)
        except Conflicting as error:
            form.add_error(None, error.message)
    context = {
        "provider": found,
        "form": form,
        "callback": settings.BASE_URL + reverse("accounts:callback", args=[public_id]),
        "link": settings.BASE_URL + reverse("accounts:start", args=[public_id]),
    }
    return render(request, "organizations/sign_in/provider.html", context, status=422 if form.errors else 200)


@require_POST
def provider_remove(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    found = selectors.provider_named(public_id)
    try:
        services.remove_provider(found, actor=request.actor)
        messages.success(request, f"{found} is removed, and whoever came in through it is signed out.")
    except Conflicting as error:
        messages.error(request, error.message)
        return redirect("organizations:sign_in_provider", slug, public_id)
    return redirect("organizations:sign_in", slug)


@require_POST
@requires(Permission.SIGN_IN_MANAGE)
def domain_claim(request: HttpRequest, slug: str) -> HttpResponse:
    form = DomainForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = domains.claim_domain(given["domain"], given["mailbox"], actor=request.actor)
            messages.success(request, f"A code is on its way to {made.address}.")
            return redirect("organizations:sign_in", slug)
        except Invalid as error:
            form.add_error(error.field, error.message)
        except Conflicting as error:
            form.add_error("domain", error.message)
    return _page(request, claim=form)


@require_POST
@requires(Permission.SIGN_IN_MANAGE)
def domain_prove(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    found, form = selectors.domain_named(public_id), CodeForm(request.POST)
    if not form.is_valid():
        return redirect("organizations:sign_in", slug)
    ensure_fresh(request)
    try:
        domains.prove_domain(found, form.cleaned_data["code"], actor=request.actor)
        messages.success(request, f"{found} is yours: its addresses lead to your sign-in.")
    except (Invalid, Conflicting) as error:
        messages.error(request, error.message)
    return redirect("organizations:sign_in", slug)


@require_POST
def domain_resend(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    found = selectors.domain_named(public_id)
    try:
        domains.resend_code(found, actor=request.actor)
        messages.success(request, f"Another code is on its way to {found.address}.")
    except Conflicting as error:
        messages.error(request, error.message)
    return redirect("organizations:sign_in", slug)


@require_POST
def domain_remove(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    found = selectors.domain_named(public_id)
    domains.remove_domain(found, actor=request.actor)
    messages.success(request, f"{found} is removed.")
    return redirect("organizations:sign_in", slug)


def ensure_fresh(request: HttpRequest) -> None:
    """What calls out, or counts tries, before its operation asks. Raises :class:`SignInAgain`."""
    if not request.actor.fresh:
        raise SignInAgain(SIGN_IN_AGAIN)


def _page(request: HttpRequest, *, rules: forms.Form | None = None, claim: forms.Form | None = None) -> HttpResponse:
    organization = request.organization
    now = {name: getattr(organization, name) for name in RulesForm.base_fields}
    context = {
        "providers": selectors.providers(),
        "domains": selectors.domains(),
        "rules": rules or RulesForm(initial=now),
        "claim": claim or DomainForm(),
        "passkeys_possible": passkeys.are_possible(),
    }
    wrong = any(each is not None and each.errors for each in (rules, claim))
    return render(request, "organizations/sign_in/sign_in.html", context, status=422 if wrong else 200)
