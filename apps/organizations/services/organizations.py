"""Founding an organization, renaming it, asking to delete it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.access.roles import ROLES, SYSTEM, Permission, Role
from apps.accounts.models import User
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.core.operations import operation
from apps.core.tenancy import scope
from apps.jobs.mail import post
from apps.organizations.models import FormerAddress, Membership, Organization
from apps.organizations.naming import checked_address, checked_name
from apps.organizations.services.members import add_member


def system_actor(organization: Organization, label: str = "NotionHub") -> Actor:
    """The installation itself: commands run by its operator, schedules, the demo."""
    return Actor(ActorKind.SYSTEM, None, label, organization.pk, frozenset(SYSTEM), role="system")


@transaction.atomic
def create_organization(name: str, owner_email: str, *, owner_name: str = "", slug: str = "") -> Organization:
    """A new tenant with its first owner; for the operator of the installation.

    Raises :class:`Invalid` when the address is taken or the name gives none.
    """
    organization = _founded(name, slug)
    with scope(organization.pk):
        actor = system_actor(organization)
        _organization_created(organization, actor=actor)
        add_member(owner_email, name=owner_name, role=Role.OWNER, actor=actor)
    return organization


@transaction.atomic
def found_organization(name: str, founder: User, *, slug: str = "", ip: str | None = None) -> Organization:
    """A new tenant that a signed-in person owns.

    Raises :class:`Invalid` as above, and :class:`Forbidden` where only the operator of the installation creates them.
    """
    if not settings.ANYBODY_FOUNDS:
        raise Forbidden("Organizations are created by whoever runs this site. Nothing was created. Ask them for one.")
    organization = _founded(name, slug)
    actor = Actor(
        ActorKind.USER,
        founder.pk,
        str(founder),
        organization.pk,
        frozenset(ROLES[Role.OWNER]),
        role=Role.OWNER,
        ip=ip,
        ref=founder.public_id,
    )
    with scope(organization.pk):
        _organization_created(organization, actor=actor)
        add_member(founder.email, role=Role.OWNER, actor=actor)
    return organization


@operation("organization.created", requires=None)
def _organization_created(organization: Organization, *, actor: Actor) -> Organization:
    return organization


@operation("organization.updated", requires=Permission.ORGANIZATION_UPDATE)
def update_organization(organization: Organization, *, name: str, slug: str, actor: Actor) -> Organization:
    """Give it another name or address. The old address leads its members to the new one. Raises :class:`Invalid`."""
    name, slug = checked_name(name), checked_address(slug, name, organization)
    if slug != organization.slug:
        FormerAddress.objects.filter(slug=slug).delete()
        FormerAddress.objects.create(slug=organization.slug, organization=organization)
    organization.name, organization.slug = name, slug
    _saved_alone(organization)
    return organization


@operation("organization.deletion_asked", requires=Permission.ORGANIZATION_DELETE, fresh=True)
def delete_organization(organization: Organization, *, actor: Actor) -> Organization:
    """Have it deleted when the waiting period is over. Until then nothing new starts, and it can be called back.

    Raises :class:`Conflicting` when that was asked already.
    """
    locked = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if locked.deletes_at is not None:
        raise Conflicting(f"It is to be deleted on {locked.deletes_at:%-d %B %Y} already. Nothing was changed.")
    deletes_at = timezone.now() + timedelta(days=settings.DELETION_DAYS)
    _tell_owners(organization, deletes_at, actor)  # first: soon nothing starts any more, letters included
    organization.deletes_at = deletes_at
    organization.deletion_asked_by = actor.label[:200]
    organization.save(update_fields=["deletes_at", "deletion_asked_by"])
    return organization


@operation("organization.deletion_called_back", requires=Permission.ORGANIZATION_DELETE)
def keep_organization(organization: Organization, *, actor: Actor) -> Organization:
    """Call its deletion back. Raises :class:`Conflicting` when there is none, or when it has begun."""
    locked = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if locked.deletes_at is None:
        raise Conflicting("This organization is not to be deleted. Nothing was changed.")
    if locked.deletes_at <= timezone.now():
        raise Conflicting("Its deletion has begun and cannot be called back any more.")
    organization.deletes_at, organization.deletion_asked_by = None, ""
    organization.save(update_fields=["deletes_at", "deletion_asked_by"])
    return organization


def _tell_owners(organization: Organization, deletes_at: datetime, actor: Actor) -> None:
    """Whoever asked for it, each owner hears of it while it can be called back."""
    told = {
        "organization": organization.name,
        "asked_by": actor.label,
        "on": f"{deletes_at:%-d %B %Y, %H:%M} UTC",
        "link": settings.BASE_URL + reverse("organizations:settings", args=[organization.slug]),
    }
    owners = Membership.objects.filter(role=Role.OWNER, user__is_active=True)
    for email in owners.values_list("user__email", flat=True):
        post("deletion", email, told, what="its deletion was asked for", actor=actor)


def _founded(name: str, slug: str) -> Organization:
    name = checked_name(name)
    organization = Organization(name=name, slug=checked_address(slug, name))
    _saved_alone(organization)
    return organization


def _saved_alone(organization: Organization) -> None:
    """Somebody else may have taken the address a moment ago."""
    try:
        with transaction.atomic():
            organization.save()
    except IntegrityError as error:
        raise Invalid(
            f"The address /o/{organization.slug}/ is taken already. Choose another one.", field="slug"
        ) from error
