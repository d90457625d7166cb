"""THE table of who may do what. Every check in the product reads this one."""

from enum import StrEnum


class Permission(StrEnum):
    ORGANIZATION_VIEW = "organization.view"
    MEMBER_VIEW = "member.view"
    MEMBER_ADD = "member.add"
    TOKEN_VIEW = "token.view"  # noqa: S105
    TOKEN_CREATE = "token.create"  # noqa: S105
    TOKEN_REVOKE = "token.revoke"  # noqa: S105
    WORKSPACE_VIEW = "workspace.view"
    WORKSPACE_CONNECT = "workspace.connect"
    WORKSPACE_UPDATE = "workspace.update"
    WORKSPACE_DISCONNECT = "workspace.disconnect"
    SNAPSHOT_VIEW = "snapshot.view"
    SNAPSHOT_CAPTURE = "snapshot.capture"
    SNAPSHOT_DELETE = "snapshot.delete"
    EXPORT_VIEW = "export.view"
    EXPORT_CREATE = "export.create"
    EXPORT_DOWNLOAD = "export.download"
    EXPORT_DELETE = "export.delete"
    JOB_VIEW = "job.view"
    JOB_CANCEL = "job.cancel"
    JOB_RETRY = "job.retry"
    SCHEDULE_MANAGE = "schedule.manage"
    AUDIT_VIEW = "audit.view"
    BILLING_VIEW = "billing.view"

    @property
    def label(self) -> str:
        """What it allows, as the end of “may …”."""
        return LABELS[self]


LABELS: dict[Permission, str] = {
    Permission.ORGANIZATION_VIEW: "see the organization",
    Permission.MEMBER_VIEW: "see the members",
    Permission.MEMBER_ADD: "add members",
    Permission.TOKEN_VIEW: "see the API tokens",
    Permission.TOKEN_CREATE: "create API tokens",
    Permission.TOKEN_REVOKE: "revoke API tokens",
    Permission.WORKSPACE_VIEW: "see the workspaces",
    Permission.WORKSPACE_CONNECT: "connect workspaces",
    Permission.WORKSPACE_UPDATE: "change workspaces",
    Permission.WORKSPACE_DISCONNECT: "disconnect workspaces",
    Permission.SNAPSHOT_VIEW: "see the snapshots",
    Permission.SNAPSHOT_CAPTURE: "capture workspaces",
    Permission.SNAPSHOT_DELETE: "delete snapshots or set rules that do",
    Permission.EXPORT_VIEW: "see the exports",
    Permission.EXPORT_CREATE: "create exports",
    Permission.EXPORT_DOWNLOAD: "download exports",
    Permission.EXPORT_DELETE: "delete exports",
    Permission.JOB_VIEW: "see the jobs",
    Permission.JOB_CANCEL: "cancel jobs",
    Permission.JOB_RETRY: "retry jobs",
    Permission.SCHEDULE_MANAGE: "make, change and pause schedules",
    Permission.AUDIT_VIEW: "see the audit log",
    Permission.BILLING_VIEW: "see the billing",
}


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    OPERATOR = "operator"
    VIEWER = "viewer"
    AUDITOR = "auditor"
    BILLING = "billing"


_P = Permission
_LOOK = frozenset(
    {
        _P.ORGANIZATION_VIEW,
        _P.MEMBER_VIEW,
        _P.WORKSPACE_VIEW,
        _P.SNAPSHOT_VIEW,
        _P.EXPORT_VIEW,
        _P.EXPORT_DOWNLOAD,
        _P.JOB_VIEW,
    }
)
_OPERATE = _LOOK | {
    _P.WORKSPACE_UPDATE,
    _P.SNAPSHOT_CAPTURE,
    _P.EXPORT_CREATE,
    _P.EXPORT_DELETE,
    _P.JOB_CANCEL,
    _P.JOB_RETRY,
    _P.SCHEDULE_MANAGE,
    _P.TOKEN_VIEW,
    _P.TOKEN_CREATE,
    _P.TOKEN_REVOKE,
}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - {_P.BILLING_VIEW},
    Role.OPERATOR: _OPERATE,
    Role.VIEWER: _LOOK,
    Role.AUDITOR: _LOOK - {_P.EXPORT_DOWNLOAD} | {_P.AUDIT_VIEW, _P.TOKEN_VIEW},
    Role.BILLING: frozenset({_P.ORGANIZATION_VIEW, _P.MEMBER_VIEW, _P.BILLING_VIEW}),
}

SYSTEM: frozenset[Permission] = frozenset(Permission)
"""What schedules and the commands of the operator of this installation may do."""
