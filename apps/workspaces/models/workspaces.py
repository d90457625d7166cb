"""Notion workspaces and how we reach them."""

from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.notion.versions import CURRENT


class WorkspaceStatus(models.TextChoices):
    """The words of the UI's closed status list."""

    HEALTHY = "Healthy"
    REDUCED = "Reduced"
    ACCESS_LOST = "Access lost"
    DISCONNECTED = "Retired"


class Workspace(TenantModel):
    """A Notion workspace. ``base_url`` is where its keys may be sent, and nowhere else.

    ``key`` is the version that is in use: changing it is what promoting a key comes to. None without a key that works.
    ``reduced`` says what the connection could reach once and no longer can; empty when nobody has to know.
    """

    public_id = PublicIdField(prefix="ws")
    name = models.CharField(max_length=200)
    notion_id = models.CharField(max_length=64)
    bot_id = models.CharField(max_length=64)
    bot_name = models.CharField(max_length=200, blank=True)
    base_url = models.URLField(max_length=200)
    key = models.ForeignKey("workspaces.WorkspaceKey", null=True, on_delete=models.RESTRICT, related_name="+")
    api_version = models.CharField(max_length=10, default=CURRENT)
    rate_limit = models.PositiveIntegerField()
    rate_window = models.FloatField()
    max_file_size = models.BigIntegerField(null=True)
    status = models.CharField(max_length=20, choices=WorkspaceStatus.choices, default=WorkspaceStatus.HEALTHY)
    status_reason = models.CharField(max_length=400, blank=True)
    reduced = models.CharField(max_length=400, blank=True)
    roots = models.JSONField(default=list)
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = (
        "name",
        "notion_id",
        "bot_name",
        "key",
        "api_version",
        "rate_limit",
        "status",
    )
    WORKSPACE = "id"

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "base_url", "notion_id"], name="workspace_once"),
        ]
        indexes = [models.Index(fields=["organization", "name"], name="workspace_by_name")]

    def __str__(self) -> str:
        return self.name

    def stands(self) -> None:
        """Take the status that holds while the key works."""
        self.status = WorkspaceStatus.REDUCED if self.reduced else WorkspaceStatus.HEALTHY
        self.status_reason = self.reduced

    @property
    def lane_key(self) -> str:
        """One workspace, one lane: its rate budget belongs to one worker at a time."""
        return f"workspace:{self.public_id}"


class BudgetDebit(TenantModel):
    """Calls of a workspace's connection that were made outside of its lane; see ``apps.workspaces.debits``."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    calls = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace", "id"], name="debit_by_workspace")]

    def __str__(self) -> str:
        return f"{self.calls} of {self.workspace_id}"
