"""Rotations of many workspaces at once, and what became of each."""

from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.keys.models import Secret
from apps.workspaces.models.keys import WorkspaceKey
from apps.workspaces.models.workspaces import Workspace


class RotationMode(models.TextChoices):
    KEYS = "keys", "New keys"
    REFRESH = "refresh", "Refreshed tokens"


class ItemState(models.TextChoices):
    """The labels are words of the UI's closed status list."""

    QUEUED = "queued", "Queued"
    RETRYING = "retrying", "Retrying"
    SUCCEEDED = "succeeded", "Succeeded"
    NEEDS_APPROVAL = "needs_approval", "Needs approval"
    FAILED = "failed", "Failed"


OPEN = (ItemState.QUEUED, ItemState.RETRYING)


class Rotation(TenantModel):
    """One job over many workspaces. ``job`` is its public id."""

    public_id = PublicIdField(prefix="rot")
    mode = models.CharField(max_length=10, choices=RotationMode.choices)
    grace_days = models.PositiveSmallIntegerField(null=True)
    job = models.CharField(max_length=24, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("mode", "grace_days")

    def __str__(self) -> str:
        return "rotation of many keys"


class RotationItem(TenantModel):
    """One line of the report. Which workspace a pasted key belongs to is known when Notion has been asked with it.

    ``secret`` is the pasted key, sealed, until it has become a version of the workspace's key or came to nothing.
    """

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    hint = models.CharField(max_length=20, blank=True)
    secret = models.ForeignKey(Secret, null=True, on_delete=models.RESTRICT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    workspace = models.ForeignKey(Workspace, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.ForeignKey(WorkspaceKey, null=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=16, choices=ItemState.choices, default=ItemState.QUEUED)
    told = models.CharField(max_length=400, blank=True)

    WORKSPACE = "workspace_id"

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["rotation", "number"], name="rotation_item_once")]

    def __str__(self) -> str:
        return f"{self.rotation_id}/{self.number}"

    @property
    def word(self) -> str:
        return ItemState(self.state).label
