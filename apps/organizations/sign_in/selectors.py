"""Reads of how members sign in."""

from django.db.models import QuerySet
from django.http import Http404

from apps.organizations.models import EmailDomain, OrganizationProvider


def providers() -> QuerySet[OrganizationProvider]:
    return OrganizationProvider.objects.order_by("label", "id")


def domains() -> QuerySet[EmailDomain]:
    return EmailDomain.objects.order_by("domain")


def provider_named(public_id: str) -> OrganizationProvider:
    """Raises ``Http404``."""
    found = OrganizationProvider.objects.select_related("organization", "secret").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def domain_named(public_id: str) -> EmailDomain:
    """Raises ``Http404``."""
    found = EmailDomain.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
