"""Operations on an organization, its people, its teams and its API tokens."""

from apps.organizations.services.attendance import end_session, start_session
from apps.organizations.services.invitations import (
    accept_invitation,
    invite,
    resend_invitation,
    withdraw_invitation,
)
from apps.organizations.services.members import add_member, change_role, leave, remove_member, transfer_ownership
from apps.organizations.services.organizations import (
    create_organization,
    delete_organization,
    found_organization,
    keep_organization,
    system_actor,
    update_organization,
)
from apps.organizations.services.teams import (
    add_to_team,
    create_team,
    delete_team,
    remove_from_team,
    remove_grant,
    rename_team,
    set_grant,
)

__all__ = [
    "accept_invitation",
    "add_member",
    "add_to_team",
    "change_role",
    "create_organization",
    "create_team",
    "delete_organization",
    "delete_team",
    "end_session",
    "found_organization",
    "invite",
    "keep_organization",
    "leave",
    "remove_from_team",
    "remove_grant",
    "remove_member",
    "rename_team",
    "resend_invitation",
    "set_grant",
    "start_session",
    "system_actor",
    "transfer_ownership",
    "update_organization",
    "withdraw_invitation",
]
