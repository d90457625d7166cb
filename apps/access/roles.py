"""THE table of who may do what. Every check in the product reads this one."""

from enum import StrEnum


class Permission(StrEnum):
    ORGANIZATION_VIEW = "organization.view"
    ORGANIZATION_UPDATE = "organization.update"
    ORGANIZATION_DELETE = "organization.delete"
    ORGANIZATION_TRANSFER = "organization.transfer"
    SIGN_IN_MANAGE = "sign_in.manage"
    MEMBER_VIEW = "member.view"
    MEMBER_ADD = "member.add"
    MEMBER_UPDATE = "member.update"
    MEMBER_REMOVE = "member.remove"
    TEAM_VIEW = "team.view"
    TEAM_MANAGE = "team.manage"
    TOKEN_VIEW = "token.view"  # noqa: S105
    TOKEN_CREATE = "token.create"  # noqa: S105
    TOKEN_REVOKE = "token.revoke"  # noqa: S105
    SERVICE_ACCOUNT_VIEW = "service_account.view"
    SERVICE_ACCOUNT_MANAGE = "service_account.manage"
    WORKSPACE_VIEW = "workspace.view"
    WORKSPACE_CONNECT = "workspace.connect"
    WORKSPACE_UPDATE = "workspace.update"
    WORKSPACE_DISCONNECT = "workspace.disconnect"
    KEY_VIEW = "key.view"
    KEY_ROTATE = "key.rotate"
    KEY_REVOKE = "key.revoke"
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
    AUDIT_EXPORT = "audit.export"
    AUDIT_MANAGE = "audit.manage"
    BILLING_VIEW = "billing.view"

    @property
    def label(self) -> str:
        """What it allows, as the end of “may …”."""
        return LABELS[self]


LABELS: dict[Permission, str] = {
    Permission.ORGANIZATION_VIEW: "see the organization",
    Permission.ORGANIZATION_UPDATE: "rename the organization",
    Permission.ORGANIZATION_DELETE: "delete the organization",
    Permission.ORGANIZATION_TRANSFER: "hand over the ownership",
    Permission.SIGN_IN_MANAGE: "say how members sign in",
    Permission.MEMBER_VIEW: "see the members",
    Permission.MEMBER_ADD: "invite members",
    Permission.MEMBER_UPDATE: "change the roles of members",
    Permission.MEMBER_REMOVE: "remove members",
    Permission.TEAM_VIEW: "see the teams",
    Permission.TEAM_MANAGE: "make teams and give them workspaces",
    Permission.TOKEN_VIEW: "see the API tokens",
    Permission.TOKEN_CREATE: "create API tokens",
    Permission.TOKEN_REVOKE: "revoke API tokens",
    Permission.SERVICE_ACCOUNT_VIEW: "see the service accounts",
    Permission.SERVICE_ACCOUNT_MANAGE: "make, change and remove service accounts",
    Permission.WORKSPACE_VIEW: "see the workspaces",
    Permission.WORKSPACE_CONNECT: "connect workspaces",
    Permission.WORKSPACE_UPDATE: "change workspaces",
    Permission.WORKSPACE_DISCONNECT: "disconnect workspaces",
    Permission.KEY_VIEW: "see the Notion keys' versions",
    Permission.KEY_ROTATE: "rotate Notion keys",
    Permission.KEY_REVOKE: "revoke Notion keys",
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
    Permission.AUDIT_EXPORT: "export the audit log",
    Permission.AUDIT_MANAGE: "say where the audit log is sent and how long it is kept",
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
        _P.TEAM_VIEW,
        _P.WORKSPACE_VIEW,
        _P.SNAPSHOT_VIEW,
        _P.EXPORT_VIEW,
        _P.EXPORT_DOWNLOAD,
        _P.JOB_VIEW,
    }
)
_OPERATE = _LOOK | {
    _P.WORKSPACE_UPDATE,
    _P.KEY_VIEW,
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
    Role.ADMIN: frozenset(Permission)
    - {_P.BILLING_VIEW, _P.ORGANIZATION_DELETE, _P.ORGANIZATION_TRANSFER, _P.SIGN_IN_MANAGE},
    Role.OPERATOR: _OPERATE,
    Role.VIEWER: _LOOK,
    Role.AUDITOR: _LOOK - {_P.EXPORT_DOWNLOAD}
    | {_P.AUDIT_VIEW, _P.AUDIT_EXPORT, _P.TOKEN_VIEW, _P.SERVICE_ACCOUNT_VIEW, _P.KEY_VIEW},
    Role.BILLING: frozenset({_P.ORGANIZATION_VIEW, _P.MEMBER_VIEW, _P.BILLING_VIEW}),
}

IN_WORKSPACE = frozenset(
    {
        _P.WORKSPACE_VIEW,
        _P.WORKSPACE_UPDATE,
        _P.WORKSPACE_DISCONNECT,
        _P.KEY_VIEW,
        _P.KEY_ROTATE,
        _P.KEY_REVOKE,
        _P.SNAPSHOT_VIEW,
        _P.SNAPSHOT_CAPTURE,
        _P.SNAPSHOT_DELETE,
        _P.EXPORT_VIEW,
        _P.EXPORT_CREATE,
        _P.EXPORT_DOWNLOAD,
        _P.EXPORT_DELETE,
        _P.JOB_VIEW,
        _P.JOB_CANCEL,
        _P.JOB_RETRY,
        _P.SCHEDULE_MANAGE,
    }
)
"""What can be held in single workspaces; everything else counts in the whole organization or not at all."""

GRANTABLE = (Role.ADMIN, Role.OPERATOR, Role.VIEWER)
"""The roles that a team can have in a workspace: of each, what ``IN_WORKSPACE`` names."""

SYSTEM: frozenset[Permission] = frozenset(Permission)
"""What schedules and the commands of the operator of this installation may do."""
