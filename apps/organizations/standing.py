"""What somebody may do in an organization: by their role, by the teams they are in, by the limits of their key."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from apps.access.roles import IN_WORKSPACE, ROLES, Permission, Role
from apps.organizations.models import Grant, Membership

Held = frozenset[Permission]


@dataclass(frozen=True, slots=True)
class Standing:
    """``permissions`` count in the whole organization, ``grants`` in one workspace each (by primary key).

    ``teams`` says which team gives what: workspace → name → permissions.
    """

    permissions: Held
    grants: Mapping[int, Held]
    teams: Mapping[int, Mapping[str, Held]] = field(default_factory=dict)

    @property
    def sees(self) -> frozenset[int] | None:
        """The workspaces that it can meet anything of; None for all."""
        return None if self.permissions & IN_WORKSPACE else frozenset(self.grants)

    def limited(self, to: Collection[Permission], workspaces: Collection[int] | None = None) -> "Standing":
        """No more than these permissions, and with ``workspaces`` in no others."""
        permissions = self.permissions & frozenset(to)
        grants = {workspace: held & frozenset(to) for workspace, held in self.grants.items()}
        if workspaces is None:
            return Standing(permissions, _some(grants), self.teams)
        everywhere = permissions & IN_WORKSPACE
        within = {workspace: everywhere | grants.get(workspace, frozenset()) for workspace in workspaces}
        return Standing(permissions - IN_WORKSPACE, _some(within), self.teams)


def standing_of(membership: Membership) -> Standing:
    """Of a member, in the scope of the organization."""
    held: dict[int, Held] = {}
    grants = Grant.objects.filter(team__places__membership=membership)
    teams: dict[int, dict[str, Held]] = {}
    for workspace, role, team in grants.values_list("workspace_id", "role", "team__name"):
        given = ROLES[Role(role)] & IN_WORKSPACE
        held[workspace] = held.get(workspace, frozenset()) | given
        teams.setdefault(workspace, {})[team] = given
    return Standing(membership.permissions, held, teams)


def _some(grants: Mapping[int, Held]) -> Mapping[int, Held]:
    return {workspace: held for workspace, held in grants.items() if held}
