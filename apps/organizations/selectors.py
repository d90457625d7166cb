from django.db.models import QuerySet

from apps.accounts.models import User
from apps.organizations.models import ApiToken, Membership


def organizations_of(user: User) -> QuerySet[Membership]:
    """All memberships of a person, over all tenants: the one list that a person may see across."""
    return Membership.unscoped.select_related("organization").filter(user=user).order_by("organization__name")


def members() -> QuerySet[Membership]:
    return Membership.objects.select_related("user").order_by("user__name", "user_id")


def tokens() -> QuerySet[ApiToken]:
    return ApiToken.objects.select_related("user").order_by("-id")
