"""Who acts: made once at the door, handed to every operation, never changed."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    USER = "user"
    TOKEN = "token"  # noqa: S105
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, an API token or the system itself, inside one organization.

    ``permissions`` holds values of ``apps.access.roles.Permission``.
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

    def can(self, permission: str) -> bool:
        return permission in self.permissions

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
