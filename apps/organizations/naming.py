"""Names and addresses of organizations: what they may look like, and where an old address leads."""

import re

from django.utils.text import slugify

from apps.core.errors import Invalid
from apps.organizations.models import FormerAddress, Organization

LONGEST_NAME = 120
LONGEST_ADDRESS = 60
SHAPE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def checked_name(name: str) -> str:
    """Raises :class:`Invalid`."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("Give the organization a name.", field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"A name has {LONGEST_NAME} characters at most; this one has {len(name)}.", field="name")
    return name


def checked_address(slug: str, name: str, own: Organization | None = None) -> str:
    """The address as it is kept: the one given, or made from the name.

    An address that another organization has, or had, is taken: its members' bookmarks lead there. Raises
    :class:`Invalid`.
    """
    made = slug.strip().lower() or slugify(name).replace("_", "-")[:LONGEST_ADDRESS].strip("-")
    if not made:
        raise Invalid("The name gives no address: give one of letters and digits.", field="slug")
    if len(made) > LONGEST_ADDRESS or SHAPE.fullmatch(made) is None:
        raise Invalid(f"An address has a to z, 0 to 9 and single hyphens, {LONGEST_ADDRESS} at most.", field="slug")
    others = Organization.objects.filter(slug=made)
    before = FormerAddress.objects.filter(slug=made)
    if own is not None:
        others, before = others.exclude(pk=own.pk), before.exclude(organization=own)
    if others.exists() or before.exists():
        raise Invalid(f"The address /o/{made}/ is taken already. Choose another one.", field="slug")
    return made


def moved_to(slug: str) -> Organization | None:
    """The organization that had this address."""
    former = FormerAddress.objects.select_related("organization").filter(slug=slug).first()
    return former.organization if former else None
