"""The table of roles as people read it: made from ``roles``, so that it cannot say anything else."""

from dataclasses import dataclass
from itertools import groupby

from apps.access.roles import GRANTABLE, IN_WORKSPACE, ROLES, Permission, Role


@dataclass(frozen=True, slots=True)
class Row:
    """One permission: who has it in the whole organization, and the roles by which a team has it in one workspace."""

    permission: Permission
    roles: tuple[Role, ...]
    by_team: tuple[Role, ...]

    @property
    def label(self) -> str:
        return self.permission.label[:1].upper() + self.permission.label[1:]

    @property
    def cells(self) -> list[bool]:
        """One for each role, in the order of :class:`Role`."""
        return [role in self.roles for role in Role]


def table() -> list[tuple[str, list[Row]]]:
    """The permissions, grouped by what they are about."""
    return [(_title(noun), [_row(each) for each in found]) for noun, found in groupby(Permission, _noun)]


def _row(permission: Permission) -> Row:
    holders = tuple(role for role in Role if permission in ROLES[role])
    return Row(permission, holders, tuple(role for role in GRANTABLE if permission in ROLES[role] & IN_WORKSPACE))


def _noun(permission: Permission) -> str:
    return permission.value.partition(".")[0]


def _title(noun: str) -> str:
    return noun.replace("_", " ").capitalize()
