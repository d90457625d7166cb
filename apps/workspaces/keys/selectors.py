"""Reading the versions of keys."""

from datetime import datetime

from django.db.models import F, QuerySet

from apps.workspaces.models import Workspace, WorkspaceKey, WorkspaceStatus
from apps.workspaces.models.keys import SOON


def keys_of(workspace: Workspace) -> QuerySet[WorkspaceKey]:
    """All versions of a workspace's key, newest first."""
    return WorkspaceKey.objects.filter(workspace=workspace).select_related("workspace").order_by("-number")


def keys() -> QuerySet[WorkspaceKey]:
    return WorkspaceKey.objects.select_related("workspace").order_by("-id")


def key_word(workspace: Workspace) -> str:
    """The state of the key in use as it is shown: green only when Notion has accepted it."""
    if workspace.status not in (WorkspaceStatus.HEALTHY, WorkspaceStatus.REDUCED):
        return str(workspace.status)
    return "Expiring" if workspace.key is not None and workspace.key.expires_soon else "Verified"


def expiring(now: datetime) -> QuerySet[WorkspaceKey]:
    """Keys in use that end soon, the soonest first."""
    in_use = WorkspaceKey.objects.filter(workspace__key=F("pk"), revoked_at=None)
    return in_use.filter(expires_at__lt=now + SOON).select_related("workspace").order_by("expires_at")
