"""Tenants and who belongs to them."""

from django.conf import settings
from django.db import models

from apps.access.roles import ROLES, Permission, Role
from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class Organization(models.Model):
    """A tenant. Everything else that is not a person hangs from it."""

    public_id = PublicIdField(prefix="org")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("name", "slug")

    def __str__(self) -> str:
        return self.name


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


class ApiToken(TenantModel):
    """A key to the API. Only its hash is kept; the prefix lets its owner find it again."""

    public_id = PublicIdField(prefix="tok")
    name = models.CharField(max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_used_ip = models.GenericIPAddressField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    AUDITED = ("name", "prefix", "expires_at", "revoked_at")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "-created_at"], name="token_newest")]

    def __str__(self) -> str:
        return self.name
