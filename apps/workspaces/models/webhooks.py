"""What Notion tells of changes: where it does, and what came."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.keys.models import Secret
from apps.workspaces.models.workspaces import Workspace


class Webhook(TenantModel):
    """The address at which Notion tells of a workspace's changes.

    ``address`` is the unguessable end of it. Notion sends a verification token there once, which a person takes back
    to Notion and with which each event is signed. ``changed_since`` is the first event that no capture has followed
    yet, ``capture_at`` when one starts by itself if ``captures`` is on.
    """

    WORKSPACE: ClassVar[str] = "workspace_id"
    AUDITED: ClassVar = ("captures", "quiet_minutes", "subscription")

    public_id = PublicIdField(prefix="hook")
    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="webhook")
    address = models.CharField(max_length=64, unique=True)
    listens_until = models.DateTimeField()
    token = models.ForeignKey(Secret, null=True, on_delete=models.PROTECT, related_name="+")
    token_at = models.DateTimeField(null=True)
    subscription = models.CharField(max_length=64, blank=True)
    captures = models.BooleanField(default=False)
    quiet_minutes = models.PositiveSmallIntegerField(default=5)
    last_event_at = models.DateTimeField(null=True)
    changed_since = models.DateTimeField(null=True)
    capture_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["capture_at"], name="webhook_due", condition=Q(capture_at__isnull=False))]

    def __str__(self) -> str:
        return f"webhook of {self.workspace}"

    @property
    def state(self) -> str:
        """``waiting`` for the token, ``token_received`` until the first signed event, then ``active``."""
        if self.subscription:
            return "active"
        return "token_received" if self.token_id else "waiting"


class NotionEvent(TenantModel):
    """An event that Notion has sent. It says what changed, not how. Its id is kept so that it counts once."""

    WORKSPACE: ClassVar[str] = "workspace_id"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    event = models.UUIDField()
    type = models.CharField(max_length=80)
    entity = models.CharField(max_length=64, blank=True)
    entity_type = models.CharField(max_length=40, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "event"], name="notion_event_once")]
        indexes = [
            models.Index(fields=["workspace", "-id"], name="notion_event_newest"),
            models.Index(fields=["received_at"], name="notion_event_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event}"
