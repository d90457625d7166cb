"""What somebody may do in an organization: by their role, by the teams they are in, by the limits of their key."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from apps.access.roles import IN_WORKSPACE, ROLES, Permission, Role
from apps.organizations.models import Credential, Grant, Membership, ServiceAccount

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
    def somewhere(self) -> Held:
        """All that it may do in at least one place."""
        return self.permissions.union(*self.grants.values())

    def covers(self, other: "Standing") -> bool:
        """Whether the other one may do nothing, anywhere, that this one may not."""
        return other.permissions <= self.permissions and all(
            held <= self.permissions | self.grants.get(workspace, frozenset())
            for workspace, held in other.grants.items()
        )

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


def standing_of_account(account: ServiceAccount) -> Standing:
    """Of a service account that is on; one that is off may do nothing."""
    held = account.held if account.is_on else frozenset()
    return Standing(held, {}).limited(held, account.workspace_ids)


def limited_by(credential: Credential, standing: Standing) -> Standing:
    """What is left of its owner's standing for the credential."""
    return standing.limited(credential.held, credential.workspace_ids)


def _some(grants: Mapping[int, Held]) -> Mapping[int, Held]:
    return {workspace: held for workspace, held in grants.items() if held}
