"""Swept over the registry of operations: whatever is declared tomorrow is tested tomorrow."""

import pytest

import notionhub.urls  # noqa: F401  (loads every room)
from apps.access.roles import ROLES, Permission, Role
from apps.audit.catalogue import CATALOGUE
from apps.audit.models import AuditEntry
from apps.core.errors import Forbidden
from apps.core.occurrences import EVENTS
from apps.core.operations import OPERATIONS, Operation
from apps.core.tenancy import scope
from tests.factories.tenants import Tenant

FOR_EVERYONE = {"session.started", "session.ended", "organization.created", "member.left", "invitation.accepted"}
FOR_EVERYONE |= {"access_token.revoked"}
"""Operations without a permission: signing in and out, founding, leaving, joining, which is asked of no member, and
withdrawing an access token, which is asked of the client that it was issued to."""

OURS = {event: operation for event, operation in OPERATIONS.items() if not event.startswith("tests.")}
"""Without those that tests of the jobs declare, wherever these have been loaded before."""
GUARDED = [operation for operation in OURS.values() if operation.requires is not None]
DENIED = [(operation, role) for operation in GUARDED for role in Role if operation.requires not in ROLES[role]]


def test_every_operation_names_a_permission_of_the_table() -> None:
    assert {operation.event for operation in OURS.values() if operation.requires is None} == FOR_EVERYONE
    assert {operation.requires for operation in GUARDED} <= set(Permission)


def test_the_catalogue_tells_exactly_the_events_that_exist() -> None:
    assert set(CATALOGUE) == set(OURS) | EVENTS


def test_events_are_noun_participle_and_permissions_noun_verb() -> None:
    for name in [*OURS, *Permission]:
        noun, _, verb = name.partition(".")
        assert noun.islower()
        assert verb.islower()
        assert "." not in verb


def test_every_permission_is_somebodys() -> None:
    assert set().union(*ROLES.values()) == set(Permission)
    assert ROLES[Role.OWNER] == set(Permission)


@pytest.mark.django_db
@pytest.mark.parametrize(("operation", "role"), DENIED, ids=lambda value: getattr(value, "event", value))
def test_a_role_without_the_permission_is_refused_and_it_is_recorded(
    acme: Tenant, operation: Operation, role: Role
) -> None:
    actor = acme.actor(role)
    with scope(acme.organization.pk):
        before = AuditEntry.objects.count()
        with pytest.raises(Forbidden):
            operation.function(actor=actor)
        assert AuditEntry.objects.count() == before + 1
        entry = AuditEntry.objects.latest("id")
    assert (entry.event, entry.outcome) == (operation.event, "refused")
