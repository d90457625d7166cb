"""What a session has to show, beyond being somebody's, before it may enter an organization."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from apps.accounts.middleware import sign_in_of
from apps.accounts.models import SignIn
from apps.accounts.selectors import factors
from apps.organizations.models import Organization
from apps.organizations.naming import moved_to
from apps.organizations.sign_in.providers import of_organization


def kept_out(request: HttpRequest, slug: str) -> HttpResponse | None:
    """An answer for whoever was let in by one organization's own provider, and is at the address of something else.

    Whether that exists, and whether they belong to it, must not be told: their provider might lie about who they are.
    """
    sign_in = sign_in_of(request)
    if sign_in is None or not sign_in.realm:
        return None
    here = Organization.objects.filter(slug=slug).first() or moved_to(slug)
    if here is not None and here.public_id == sign_in.realm:
        return None
    home = Organization.objects.filter(public_id=sign_in.realm).first()
    context = {"home": home, "sign_in": sign_in, "next": request.get_full_path()}
    return _page(request, "organizations/sign_in/kept_out.html", context)


def held_back(request: HttpRequest, organization: Organization) -> HttpResponse | None:
    """An answer for a member who has not shown yet what the organization requires."""
    sign_in = sign_in_of(request)
    if sign_in is None:
        return None
    if organization.own_provider_only and sign_in.realm != organization.public_id:
        context = {
            "home": organization,
            "sign_in": sign_in,
            "providers": of_organization(organization.pk),
            "next": _wanted(request),
        }
        return _page(request, "organizations/sign_in/held_back.html", context)
    if organization.second_factor_required and sign_in.second_factor_at is None:
        return _to_second_factor(request, sign_in)
    return None


def _to_second_factor(request: HttpRequest, sign_in: SignIn) -> HttpResponse:
    has_one = factors(sign_in.user, sign_in.realm).exists()
    query = {"next": _wanted(request)} | ({} if has_one else {"needed": "1"})
    address = f"{reverse('accounts:second_factor' if has_one else 'accounts:passkey_add')}?{urlencode(query)}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": _wanted(request)})
    return render(request, template, dict(context), status=403)


def _wanted(request: HttpRequest) -> str:
    """The page that they are at; a form's target and a fragment are none."""
    current = request.headers.get("HX-Current-URL", "").removeprefix(settings.BASE_URL)
    if request.headers.get("HX-Request") and current:
        return current
    return request.get_full_path() if request.method == "GET" else "/".join([*request.path.split("/")[:3], ""])
