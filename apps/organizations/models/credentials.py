"""Keys to the API, and the accounts of programs that no person stands behind."""

from datetime import datetime
from typing import cast

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.access.roles import ROLES, Permission, Role
from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class ServiceAccount(TenantModel):
    """A program that acts for the organization. It stays when the person who made it leaves."""

    public_id = PublicIdField(prefix="sa")
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=400, blank=True)
    role = models.CharField(max_length=20, blank=True, choices=[(role.value, role.value.capitalize()) for role in Role])
    permissions = models.JSONField(default=list, help_text="what it may do when it has no role")
    workspace_ids = models.JSONField(null=True, help_text="primary keys; none for all workspaces")
    is_on = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("name", "note", "role", "permissions", "workspaces", "is_on")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="service_account_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def workspaces(self) -> list[str] | None:
        """Public ids of those that are left; None for all."""
        return public_ids(self.workspace_ids)

    @property
    def held(self) -> frozenset[Permission]:
        """What it may do, wherever it may do it."""
        return ROLES[Role(self.role)] if self.role else known(self.permissions)


class CredentialKind(models.TextChoices):
    TOKEN = "token", "Token"
    CLIENT = "client", "OAuth client"


class Credential(TenantModel):
    """A key to the API: a token that is sent as it is, or a client that fetches short-lived access tokens.

    It belongs to a person or to a service account, and can do what its owner can, no more; ``permissions``,
    ``workspace_ids`` and ``networks`` take away from that. Only hashes of secrets are kept; the prefix lets its owner
    find it again. After a rotation the secret before works until ``previous_expires_at``; its hash stays, so that
    whoever still uses it is told why it fails.
    """

    public_id = PublicIdField(prefix="tok")
    kind = models.CharField(max_length=10, choices=CredentialKind.choices, default=CredentialKind.TOKEN)
    name = models.CharField(max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    service_account = models.ForeignKey(ServiceAccount, null=True, on_delete=models.CASCADE, related_name="credentials")
    prefix = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    previous_digest = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    previous_expires_at = models.DateTimeField(null=True, editable=False)
    permissions = models.JSONField(null=True, help_text="none for all that its owner holds")
    workspace_ids = models.JSONField(null=True, help_text="primary keys; none for all that its owner sees")
    networks = models.JSONField(default=list, help_text="in CIDR notation; empty for any address")
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    rotated_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_used_ip = models.GenericIPAddressField(null=True, editable=False)
    refused_at = models.DateTimeField(null=True, editable=False, help_text="of the refusal last put on record")
    revoked_at = models.DateTimeField(null=True, editable=False)

    AUDITED = (
        *("name", "kind", "prefix", "permissions", "workspaces", "networks", "is_on"),
        *("expires_at", "previous_expires_at", "revoked_at"),
    )

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "-created_at"], name="credential_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, service_account__isnull=False) | Q(user__isnull=False, service_account=None),
                name="credential_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> str:
        return str(self.service_account or self.user)

    @property
    def workspaces(self) -> list[str] | None:
        """Public ids of those that are left; None for all."""
        return public_ids(self.workspace_ids)

    @property
    def held(self) -> frozenset[Permission]:
        """What it is limited to; its owner may hold less."""
        return frozenset(Permission) if self.permissions is None else known(self.permissions)

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def previous_works(self, now: datetime) -> bool:
        return self.previous_expires_at is not None and self.previous_expires_at > now


_NAMES = frozenset(map(str, Permission))


def known(names: list[str]) -> frozenset[Permission]:
    """Those of the names that are still permissions."""
    return frozenset(Permission(name) for name in names if name in _NAMES)


def workspace_model() -> type[TenantModel]:
    """Workspaces lie above this room, which knows them by their keys only."""
    return cast(type[TenantModel], apps.get_model("workspaces", "Workspace"))


def public_ids(keys: list[int] | None) -> list[str] | None:
    if keys is None:
        return None
    rows = workspace_model().objects.filter(pk__in=keys).order_by("pk")
    return list(rows.values_list("public_id", flat=True))  # type: ignore[misc]  # a field that is known above only
