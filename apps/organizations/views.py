"""Choosing, creating, renaming, leaving and deleting an organization; what each role may do."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http import HttpRequest as PlainRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.roles import Permission, Role
from apps.access.table import table
from apps.accounts.middleware import realm_of
from apps.accounts.models import User
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.core.http import HttpRequest, requires
from apps.organizations import selectors
from apps.organizations.addresses import client_ip
from apps.organizations.forms import DeletionForm, OrganizationForm, RenameForm
from apps.organizations.people.selectors import own_membership
from apps.organizations.services import (
    delete_organization,
    found_organization,
    keep_organization,
    leave,
    update_organization,
)

ONE_REALM = (
    "You came in through the provider of one organization, which speaks for it alone. Nothing was created. Sign in by"
    " another way to create one of your own."
)


@require_safe
@login_required
def choose(request: PlainRequest) -> HttpResponse:
    """Straight to the only organization, or a choice, or a word on how to get into one."""
    realm = realm_of(request)
    memberships = list(selectors.organizations_of(cast(User, request.user), realm))
    if len(memberships) == 1:
        return redirect("dashboard:home", memberships[0].organization.slug)
    context = {"memberships": memberships, "may_create": settings.ANYBODY_FOUNDS and not realm}
    return render(request, "organizations/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: PlainRequest) -> HttpResponse:
    """An organization of one's own."""
    form = OrganizationForm(request.POST or None)
    may_create = settings.ANYBODY_FOUNDS and not realm_of(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if realm_of(request):
                raise Forbidden(ONE_REALM)
            made = found_organization(
                given["name"], cast(User, request.user), slug=given["slug"], ip=client_ip(request)
            )
            return redirect("dashboard:home", made.slug)
        except Invalid as error:
            form.add_error(error.field, error.message)
        except Forbidden as error:
            form.add_error(None, error.message)
    context = {"form": form, "may_create": may_create}
    return render(request, "organizations/create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ORGANIZATION_VIEW)
def general(request: HttpRequest, slug: str) -> HttpResponse:
    """The organization; a POST renames it."""
    organization = request.organization
    form = RenameForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        given = form.cleaned_data
        try:
            update_organization(organization, name=given["name"], slug=given["slug"], actor=request.actor)
            messages.success(request, "Saved.")
            return redirect("organizations:settings", organization.slug)
        except Invalid as error:
            form.add_error(error.field, error.message)
            organization.refresh_from_db()
    return _general(request, form=form)


@require_POST
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to delete it, when its address was typed."""
    form = DeletionForm(request.POST, slug=request.organization.slug)
    if not form.is_valid() and request.actor.can(Permission.ORGANIZATION_DELETE):
        return _general(request, deletion=form)
    try:
        delete_organization(request.organization, actor=request.actor)
        messages.warning(request, "The deletion is asked for. It can be called back until it begins.")
    except Conflicting as error:
        messages.error(request, error.message)
    return redirect("organizations:settings", slug)


@require_POST
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Call the deletion back."""
    try:
        keep_organization(request.organization, actor=request.actor)
        messages.success(request, "The deletion is called back. Everything goes on as before.")
    except Conflicting as error:
        messages.error(request, error.message)
    return redirect("organizations:settings", slug)


@require_POST
def leave_organization(request: HttpRequest, slug: str) -> HttpResponse:
    own = own_membership(request.actor)
    if own is None:
        raise Http404
    try:
        leave(own, actor=request.actor)
    except Conflicting as error:
        messages.error(request, error.message)
        return redirect("organizations:settings", slug)
    return redirect("organizations:choose")


@require_safe
@requires(Permission.ORGANIZATION_VIEW)
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """The table that every check reads."""
    return render(request, "organizations/role_table.html", {"table": table(), "roles": list(Role)})


def _general(
    request: HttpRequest, *, form: RenameForm | None = None, deletion: DeletionForm | None = None
) -> HttpResponse:
    organization = request.organization
    first = {"name": organization.name, "slug": organization.slug}
    context = {
        "form": form or RenameForm(initial=first),
        "deletion_form": deletion or DeletionForm(slug=organization.slug),
        "former": organization.former_addresses.order_by("slug"),
        "days": settings.DELETION_DAYS,
    }
    wrong = any(each is not None and each.errors for each in (form, deletion))
    return render(request, "organizations/general.html", context, status=422 if wrong else 200)
