"""Operations on service accounts."""

from dataclasses import dataclass

from apps.access.roles import ROLES, Permission, Role
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.organizations.credentials.keeping import named
from apps.organizations.credentials.limits import check_workspaces
from apps.organizations.credentials.services import ensure_covers, person_of
from apps.organizations.models import ServiceAccount
from apps.organizations.standing import Standing, standing_of_account


@dataclass(frozen=True, slots=True)
class Charter:
    """What a service account is: its rights are those of ``role``, or without one ``permissions``, in the workspaces
    named (primary keys; None for all)."""

    name: str
    note: str = ""
    role: Role | None = None
    permissions: frozenset[Permission] = frozenset()
    workspace_ids: frozenset[int] | None = None

    @property
    def standing(self) -> Standing:
        held = ROLES[self.role] if self.role else self.permissions
        return Standing(held, {}).limited(held, self.workspace_ids)


@operation("service_account.created", requires=Permission.SERVICE_ACCOUNT_MANAGE)
def create_service_account(charter: Charter, *, actor: Actor) -> ServiceAccount:
    """A program of the organization, without any credential yet. Its rights are at most those of who makes it."""
    account = ServiceAccount(made_by_id=person_of(actor))
    _write(account, charter, actor)
    account.save()
    return account


@operation("service_account.updated", requires=Permission.SERVICE_ACCOUNT_MANAGE)
def update_service_account(account: ServiceAccount, charter: Charter, *, actor: Actor) -> ServiceAccount:
    """Holds for its credentials at their next request. Raises :class:`Forbidden` when the actor may do less."""
    ensure_covers(actor, standing_of_account(account))
    _write(account, charter, actor)
    account.save()
    return account


@operation("service_account.switched", requires=Permission.SERVICE_ACCOUNT_MANAGE)
def switch_service_account(account: ServiceAccount, on: bool, *, actor: Actor) -> ServiceAccount:
    """Off, all of its credentials and access tokens are refused at once."""
    account.is_on = on
    account.save(update_fields=["is_on"])
    return account


@operation("service_account.deleted", requires=Permission.SERVICE_ACCOUNT_MANAGE, fresh=True)
def delete_service_account(account: ServiceAccount, *, actor: Actor) -> None:
    """With all of its credentials; what it has done stays in the audit log."""
    account.delete()


def _write(account: ServiceAccount, charter: Charter, actor: Actor) -> None:
    if bool(charter.role) == bool(charter.permissions):
        raise Invalid("Give it a role, or name what it may do; one of the two.", field="permissions")
    check_workspaces(charter.workspace_ids)
    ensure_covers(actor, charter.standing)
    name = named(charter.name)
    if ServiceAccount.objects.filter(name=name).exclude(pk=account.pk).exists():
        raise Conflicting(f"There is a service account “{name}” already.")
    account.name, account.note = name, charter.note.strip()[:400]
    account.role = charter.role or ""
    account.permissions = sorted(charter.permissions)
    account.workspace_ids = None if charter.workspace_ids is None else sorted(charter.workspace_ids)
