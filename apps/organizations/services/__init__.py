"""Operations on an organization, its people and its API tokens."""

from apps.organizations.services.attendance import end_session, start_session
from apps.organizations.services.members import add_member
from apps.organizations.services.organizations import create_organization, system_actor
from apps.organizations.services.tokens import create_token, revoke_token

__all__ = [
    "add_member",
    "create_organization",
    "create_token",
    "end_session",
    "revoke_token",
    "start_session",
    "system_actor",
]
