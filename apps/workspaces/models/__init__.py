"""Workspaces, and the keys that open them."""

from apps.workspaces.models.keys import ConnectionKind, KeyState, WorkspaceKey
from apps.workspaces.models.rotations import ItemState, Rotation, RotationItem, RotationMode
from apps.workspaces.models.webhooks import NotionEvent, Webhook
from apps.workspaces.models.workspaces import BudgetDebit, Workspace, WorkspaceStatus

__all__ = [
    "BudgetDebit",
    "ConnectionKind",
    "ItemState",
    "KeyState",
    "NotionEvent",
    "Rotation",
    "RotationItem",
    "RotationMode",
    "Webhook",
    "Workspace",
    "WorkspaceKey",
    "WorkspaceStatus",
]
