"""Who belongs to an organization."""

from django.conf import settings
from django.db import models

from apps.access.roles import ROLES, Permission, Role
from apps.core.tenancy import TenantModel


class Membership(TenantModel):
    """A person in an organization, under a role."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.value.capitalize()) for role in Role])
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("role",)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLES[Role(self.role)]
