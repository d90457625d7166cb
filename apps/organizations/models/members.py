"""Who belongs to an organization."""

from django.conf import settings
from django.db import models

from apps.access.roles import ROLES, Permission, Role
from apps.core.tenancy import TenantModel

ROLE_CHOICES = [(role.value, role.value.capitalize()) for role in Role]


class Membership(TenantModel):
    """A person in an organization, under a role.

    A person who is a member somewhere cannot be deleted: their memberships end first, and no organization's last
    owner's does.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, editable=False)

    AUDITED = ("role",)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="membership_once")]
        indexes = [models.Index(fields=["organization", "role"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLES[Role(self.role)]
