"""Workspaces, and the keys that open them."""

from apps.workspaces.models.keys import ConnectionKind, KeyState, WorkspaceKey
from apps.workspaces.models.workspaces import BudgetDebit, Workspace, WorkspaceStatus

__all__ = ["BudgetDebit", "ConnectionKind", "KeyState", "Workspace", "WorkspaceKey", "WorkspaceStatus"]
