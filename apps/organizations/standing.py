"""What somebody may do in an organization: by their role, by the teams they are in, by the limits of their key."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from apps.access.roles import IN_WORKSPACE, ROLES, Permission, Role
from apps.organizations.models import Grant, Membership

Held = frozenset[Permission]


@dataclass(frozen=True, slots=True)
class Standing:
    """``permissions`` count in the whole organization, ``grants`` in one workspace each (by primary key)."""

    permissions: Held
    grants: Mapping[int, Held]

    @property
    def sees(self) -> frozenset[int] | None:
        """The workspaces that it can meet anything of; None for all."""
        return None if self.permissions & IN_WORKSPACE else frozenset(self.grants)

    def limited(self, to: Collection[Permission], workspaces: Collection[int] | None = None) -> "Standing":
        """No more than these permissions, and with ``workspaces`` in no others."""
        permissions = self.permissions & frozenset(to)
        grants = {workspace: held & frozenset(to) for workspace, held in self.grants.items()}
        if workspaces is None:
            return Standing(permissions, _some(grants))
        everywhere = permissions & IN_WORKSPACE
        within = {workspace: everywhere | grants.get(workspace, frozenset()) for workspace in workspaces}
        return Standing(permissions - IN_WORKSPACE, _some(within))


def standing_of(membership: Membership) -> Standing:
    """Of a member, in the scope of the organization."""
    held: dict[int, Held] = {}
    grants = Grant.objects.filter(team__places__membership=membership)
    for workspace, role in grants.values_list("workspace_id", "role"):
        held[workspace] = held.get(workspace, frozenset()) | (ROLES[Role(role)] & IN_WORKSPACE)
    return Standing(membership.permissions, held)


def _some(grants: Mapping[int, Held]) -> Mapping[int, Held]:
    return {workspace: held for workspace, held in grants.items() if held}
