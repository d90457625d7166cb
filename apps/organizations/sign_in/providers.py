"""What :class:`apps.accounts.tenants.Tenants` asks: it is read before anybody is in an organization."""

from django.db.models import Q
from django.utils import timezone

from apps.access.roles import Role
from apps.accounts.models import User
from apps.core.tenancy import scope
from apps.keys.envelope import CannotOpen
from apps.keys.services import reveal
from apps.organizations.models import EmailDomain, Invitation, Membership, Organization, OrganizationProvider
from notionhub.settings.providers import Provider, oidc_provider


def named(key: str) -> Provider | None:
    found = OrganizationProvider.unscoped.select_related("organization", "secret", "secret__key")
    row = found.filter(public_id=key, is_on=True).first()
    return _provider(row) if row else None


def for_domain(domain: str) -> list[Provider]:
    proved = EmailDomain.unscoped.filter(domain=domain.lower(), verified_at__isnull=False).first()
    return of_organization(proved.organization_id) if proved else []


def of_organization(organization_id: int) -> list[Provider]:
    """The providers of an organization that are switched on, by name."""
    rows = OrganizationProvider.unscoped.select_related("organization", "secret", "secret__key")
    found = rows.filter(organization_id=organization_id, is_on=True).order_by("label", "id")
    return [provider for row in found if (provider := _provider(row))]


def vouches_for(provider: Provider, email: str) -> bool:
    organization = Organization.objects.filter(public_id=provider.realm).first()
    if organization is None:
        return False
    with scope(organization.pk):
        waits = Q(email=email, accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
        return (
            Membership.objects.filter(user__email=email).exists()
            or Invitation.objects.filter(waits).exists()
            or EmailDomain.objects.filter(domain=email.rpartition("@")[2], verified_at__isnull=False).exists()
        )


def proved(provider: Provider, user: User) -> None:
    if not provider.realm:
        return
    now = timezone.now()
    row = OrganizationProvider.unscoped.filter(public_id=provider.key)
    row.update(last_used_at=now)
    owns = Membership.unscoped.filter(user=user, role=Role.OWNER, organization__public_id=provider.realm)
    if owns.exists():
        row.filter(proved_at=None).update(proved_at=now)


def _provider(row: OrganizationProvider) -> Provider | None:
    """None where its organization is being deleted, or its secret cannot be read any more."""
    organization = row.organization
    if organization.is_ending:
        return None
    try:
        with scope(organization.pk):
            secret = reveal(row.secret)
    except CannotOpen:
        return None
    return oidc_provider(
        row.public_id,
        row.label,
        row.issuer,
        row.client_id,
        secret,
        realm=organization.public_id,
        realm_name=organization.name,
    )
