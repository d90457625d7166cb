"""Founding an organization."""

from django.db import transaction
from django.utils.text import slugify

from apps.access.roles import SYSTEM, Role
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Invalid
from apps.core.operations import operation
from apps.core.tenancy import scope
from apps.organizations.models import Organization
from apps.organizations.services.members import add_member


def system_actor(organization: Organization, label: str = "NotionHub") -> Actor:
    """The installation itself: commands run by its operator, schedules, the demo."""
    return Actor(ActorKind.SYSTEM, None, label, organization.pk, frozenset(SYSTEM), role="system")


@transaction.atomic
def create_organization(name: str, owner_email: str, *, owner_name: str = "", slug: str = "") -> Organization:
    """A new tenant with its first owner; for the operator of the installation.

    Raises :class:`Invalid` when the slug is taken or the name gives none.
    """
    slug = slug or slugify(name)[:60]
    if not slug:
        raise Invalid("The name gives no address: use letters or digits.", field="name")
    if Organization.objects.filter(slug=slug).exists():
        raise Invalid(f"There is an organization at /o/{slug}/ already.", field="slug")
    organization = Organization.objects.create(name=name, slug=slug)
    with scope(organization.pk):
        actor = system_actor(organization)
        _organization_created(organization, actor=actor)
        add_member(owner_email, name=owner_name, role=Role.OWNER, actor=actor)
    return organization


@operation("organization.created", requires=None)
def _organization_created(organization: Organization, *, actor: Actor) -> Organization:
    return organization
