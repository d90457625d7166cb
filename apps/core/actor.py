"""Who acts: made once at the door, handed to every operation, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    USER = "user"
    TOKEN = "token"  # noqa: S105
    SERVICE = "service"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a person's API token, a service account or the system itself, inside one organization.

    ``permissions`` holds values of ``apps.access.roles.Permission`` that count in the whole organization, ``grants``
    those that count in one workspace only, by its primary key. ``sees`` are the workspaces of which it can meet
    anything; None for all. ``fresh`` is false for a person whose last sign-in lies too far back for what is dangerous.

    The audit log tells actors by ``ref``, the public id of the person or service account, and ``credential``, that of
    the token or key that was used, if one was. ``teams`` says which team gives what: workspace → name → permissions.
    """

    kind: ActorKind
    id: int | None
    label: str
    organization_id: int
    permissions: frozenset[str]
    role: str = ""
    ip: str | None = None
    user_agent: str = ""
    request_id: str = ""
    grants: Mapping[int, frozenset[str]] = field(default_factory=dict)
    sees: frozenset[int] | None = None
    fresh: bool = True
    ref: str = ""
    credential: str = ""
    teams: Mapping[int, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    def can(self, permission: str, workspace_id: int | None = None) -> bool:
        """In this workspace, or without one in the whole organization."""
        return permission in self.permissions or (
            workspace_id is not None and permission in self.grants.get(workspace_id, ())
        )

    def can_somewhere(self, permission: str) -> bool:
        return permission in self.permissions or any(permission in held for held in self.grants.values())

    def teams_giving(self, permission: str, workspace_id: int | None) -> tuple[str, ...]:
        """The teams to whose grants it owes this; none where its role or key includes it anyway."""
        if permission in self.permissions or workspace_id is None:
            return ()
        return tuple(sorted(name for name, held in self.teams.get(workspace_id, {}).items() if permission in held))

    def where(self, permission: str) -> frozenset[int] | None:
        """The workspaces in which it may do this; None means everywhere."""
        if permission in self.permissions:
            return None
        return frozenset(workspace for workspace, held in self.grants.items() if permission in held)

    @property
    def user_id(self) -> int | None:
        return self.id if self.kind is ActorKind.USER else None

    # What Django, DRF and template code expect of a signed-in principal.
    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def pk(self) -> str:
        return f"{self.kind}:{self.id}"

    def __str__(self) -> str:
        return self.label
