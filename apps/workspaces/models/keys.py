"""The versions of a workspace's Notion key."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.keys.models import Secret

SOON = timedelta(days=14)
"""How long before its end a key counts as expiring."""


class ConnectionKind(models.TextChoices):
    OAUTH = "oauth", "Notion sign-in"
    TOKEN = "token", "Pasted token"


class KeyState(models.TextChoices):
    """The labels are words of the UI's closed status list."""

    PENDING = "pending", "Pending"
    ACTIVE = "active", "Active"
    RETIRING = "retiring", "Retiring"
    REVOKED = "revoked", "Retired"


class WorkspaceKey(TenantModel):
    """One version of a workspace's key. Which one is active says ``Workspace.key`` and nothing else.

    ``promoted_at`` is when it last became the active one, ``retires_at`` when its grace ends, ``revoked_at`` when it
    ended; its secrets are wiped then, by whoever revokes it at Notion where Notion's API allows that (``at_notion``
    says what became of it there). ``proof`` is what trying it beside the active one gave: see
    :mod:`apps.workspaces.keys.proof`. ``refreshing_since`` is written before Notion is asked for a new pair of
    tokens and taken back together with storing the pair; ``refresh_at`` is when that is due anyway.
    """

    public_id = PublicIdField(prefix="key")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="keys")
    number = models.PositiveIntegerField()
    connection = models.CharField(max_length=10, choices=ConnectionKind.choices)
    access_token = models.ForeignKey(Secret, null=True, on_delete=models.RESTRICT, related_name="+")
    refresh_token = models.ForeignKey(Secret, null=True, on_delete=models.RESTRICT, related_name="+")
    hint = models.CharField(max_length=20, blank=True)
    bot_id = models.CharField(max_length=64, blank=True)
    bot_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=dict)
    promoted_at = models.DateTimeField(null=True)
    promoted_by = models.CharField(max_length=200, blank=True)
    despite = models.CharField(max_length=400, blank=True)
    retires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=200, blank=True)
    at_notion = models.CharField(max_length=300, blank=True)
    refreshed_at = models.DateTimeField(null=True)
    refreshing_since = models.DateTimeField(null=True)
    refresh_at = models.DateTimeField(null=True)

    AUDITED = ("number", "connection", "hint", "state", "expires_at", "retires_at")
    WORKSPACE = "workspace_id"

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="key_number_once"),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(promoted_at__isnull=True, revoked_at__isnull=True),
                name="key_pending_once",
            ),
        ]
        indexes = [
            models.Index(fields=["retires_at"], condition=Q(retires_at__isnull=False), name="key_retiring"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="key_expiring"),
            models.Index(fields=["refresh_at"], condition=Q(refresh_at__isnull=False), name="key_refreshing"),
        ]

    def __str__(self) -> str:
        return f"Key {self.number}, {self.hint}" if self.hint else f"Key {self.number}"

    @property
    def state(self) -> str:
        """Read from the facts, so that it can contradict none of them."""
        if self.revoked_at is not None:
            return KeyState.REVOKED.value
        if self.workspace.key_id == self.pk and self.pk is not None:
            return KeyState.ACTIVE.value
        return KeyState.PENDING.value if self.promoted_at is None else KeyState.RETIRING.value

    @property
    def expires_soon(self) -> bool:
        return self.revoked_at is None and self.expires_at is not None and self.expires_at - timezone.now() < SOON

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def word(self) -> str:
        """The state as it is shown: what expires comes first."""
        if self.state == KeyState.ACTIVE and self.expires_soon:
            return "Expiring"
        return KeyState(self.state).label

    @property
    def is_oauth(self) -> bool:
        return self.connection == ConnectionKind.OAUTH
