"""Pages of members and invitations."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.roles import Permission, Role
from apps.core.errors import Conflicting, Invalid
from apps.core.http import HttpRequest, requires
from apps.organizations.models import Credential, Invitation, Membership, Team
from apps.organizations.people import selectors
from apps.organizations.people.forms import InviteForm, MemberFilterForm, RoleForm
from apps.organizations.services import (
    change_role,
    invite,
    remove_member,
    resend_invitation,
    transfer_ownership,
    withdraw_invitation,
)

PAGE = 50


@require_safe
@requires(Permission.MEMBER_VIEW)
def member_list(request: HttpRequest, slug: str) -> HttpResponse:
    form = MemberFilterForm(request.GET)
    form.is_valid()
    found = selectors.members(**{name: value for name, value in form.cleaned_data.items() if value})
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": selectors.member_rows(page),
        "total": Membership.objects.count(),
        "invitations": selectors.open_invitations()[:PAGE],
        "invited": selectors.open_invitations().count(),
        "now": timezone.now(),
    }
    fragment = "#table" if request.htmx.target == "member-table" else ""
    response = render(request, f"organizations/member_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MEMBER_VIEW)
def member_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One member; a POST gives them another role."""
    membership = selectors.member_named(public_id)
    form = RoleForm(request.POST or None, actor=request.actor, initial={"role": membership.role})
    if request.method == "POST" and form.is_valid():
        try:
            change_role(membership, Role(form.cleaned_data["role"]), actor=request.actor)
            messages.success(request, f"{membership.user} is {membership.role} now.")
            return redirect("organizations:member", slug, public_id)
        except Conflicting as error:
            form.add_error(None, error.message)
            membership.refresh_from_db()
    context = {
        "row": selectors.member_rows([membership])[0],
        "identities": [(selectors.issuer_name(each.issuer), each) for each in membership.user.identities.all()],
        "form": form,
        "token_count": Credential.objects.filter(user=membership.user, revoked_at=None).count(),
        "is_self": membership.user.public_id == request.actor.ref,
        "may_touch": membership.role != Role.OWNER or request.actor.can(Permission.ORGANIZATION_TRANSFER),
    }
    return render(request, "organizations/member_detail.html", context, status=422 if form.errors else 200)


@require_POST
def member_remove(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    membership = selectors.member_named(public_id)
    try:
        remove_member(membership, actor=request.actor)
    except Conflicting as error:
        messages.error(request, error.message)
        return redirect("organizations:member", slug, public_id)
    messages.success(request, f"{membership.user} is no member any more.")
    return redirect("organizations:members", slug)


@require_POST
def member_transfer(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Hand one's own ownership to this member."""
    heir, own = selectors.member_named(public_id), selectors.own_membership(request.actor)
    if own is None:
        raise Http404
    try:
        transfer_ownership(heir, own, actor=request.actor)
        messages.success(request, f"{heir.user} owns {request.organization} now. You are an admin.")
    except Conflicting as error:
        messages.error(request, error.message)
    return redirect("organizations:member", slug, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MEMBER_ADD)
def invitation_create(request: HttpRequest, slug: str) -> HttpResponse:
    form = InviteForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        sent, refused = _invite_all(request, form)
        if sent:
            messages.success(request, f"Invited: {', '.join(sent)}.")
        if not refused:
            return redirect("organizations:members", slug)
        form.add_error("emails", " ".join(refused))
    return render(request, "organizations/invitation_create.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def invitation_resend(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects, public_id=public_id)
    try:
        resend_invitation(invitation, actor=request.actor)
        messages.success(request, f"A new link is on its way to {invitation.email}. The old one ends.")
    except Conflicting as error:
        messages.error(request, error.message)
    return redirect("organizations:members", slug)


@require_POST
def invitation_withdraw(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects, public_id=public_id)
    try:
        withdraw_invitation(invitation, actor=request.actor)
        messages.success(request, f"The invitation of {invitation.email} is withdrawn. Its link works no more.")
    except Conflicting as error:
        messages.error(request, error.message)
    return redirect("organizations:members", slug)


def _invite_all(request: HttpRequest, form: InviteForm) -> tuple[list[str], list[str]]:
    """(who was invited, why the others were not)."""
    role = Role(form.cleaned_data["role"])
    teams = list(Team.objects.filter(public_id__in=form.cleaned_data.get("teams", [])))
    sent, refused = [], []
    for email in form.cleaned_data["emails"]:
        try:
            invite(email, role=role, teams=teams, actor=request.actor)
            sent.append(email)
        except (Conflicting, Invalid) as error:
            refused.append(error.message)
    return sent, refused
