"""Who acts: made once at the door, handed to every operation, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    USER = "user"
    TOKEN = "token"  # noqa: S105
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, an API token or the system itself, inside one organization.

    ``permissions`` holds values of ``apps.access.roles.Permission`` that count in the whole organization, ``grants``
    those that count in one workspace only, by its primary key. ``sees`` are the workspaces of which it can meet
    anything; None for all. ``fresh`` is false for a person whose last sign-in lies too far back for what is dangerous.
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

    def can(self, permission: str, workspace_id: int | None = None) -> bool:
        """In this workspace, or without one in the whole organization."""
        return permission in self.permissions or (
            workspace_id is not None and permission in self.grants.get(workspace_id, ())
        )

    def can_somewhere(self, permission: str) -> bool:
        return permission in self.permissions or any(permission in held for held in self.grants.values())

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
