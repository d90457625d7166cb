from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.organizations.models import Membership


def organizations_of(user: User, realm: str = "") -> QuerySet[Membership]:
    """All memberships of a person, over all tenants: the one list that a person may see across. Whoever was let in by
    the provider of the organization ``realm`` sees that one."""
    rows = Membership.unscoped.select_related("organization").filter(still_there(), user=user)
    rows = rows.filter(organization__public_id=realm) if realm else rows
    return rows.order_by("organization__name")


def still_there() -> Q:
    """Of memberships: the organization is not being deleted just now."""
    deletes_at = "organization__deletes_at"
    return Q(**{f"{deletes_at}__isnull": True}) | Q(**{f"{deletes_at}__gt": timezone.now()})
