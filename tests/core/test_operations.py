"""The operation wrapper: right, transaction, record."""

import pytest

from apps.access.roles import Role
from apps.audit.models import AuditEntry
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden
from apps.core.operations import OPERATIONS, operation
from apps.core.tenancy import WrongScope, scope
from apps.organizations.credentials.services import create_token, revoke_token
from apps.organizations.models import Credential
from tests.factories.tenants import Tenant


def test_an_operation_records_who_from_where_and_the_difference(inside_acme: Tenant) -> None:
    actor = inside_acme.actor(Role.OWNER)
    token, _ = create_token("Backup", inside_acme.member(Role.OWNER), actor=actor)
    revoke_token(token, actor=actor)
    created, revoked = AuditEntry.objects.filter(subject_id=token.public_id).order_by("id")
    assert (created.event, created.outcome, created.before) == ("token.created", "succeeded", {})
    assert created.after["name"] == "Backup"
    assert (created.actor_label, created.ip) == (actor.label, "192.0.2.7")
    assert [name for name, _, _ in revoked.changes] == ["revoked_at"]


def test_a_secret_is_nowhere_in_the_record(inside_acme: Tenant) -> None:
    actor = inside_acme.actor(Role.OWNER)
    _, secret = create_token("Backup", inside_acme.member(Role.OWNER), actor=actor)
    assert all(secret not in str(row) for row in AuditEntry.objects.values_list())


def test_without_the_permission_nothing_happens_and_the_refusal_is_recorded(inside_acme: Tenant) -> None:
    token, _ = create_token("Backup", inside_acme.member(Role.OWNER), actor=inside_acme.actor(Role.OWNER))
    with pytest.raises(Forbidden, match=r"viewer.*may not revoke API tokens"):
        revoke_token(token, actor=inside_acme.actor(Role.VIEWER))
    assert Credential.objects.get(pk=token.pk).revoked_at is None
    entry = AuditEntry.objects.latest("id")
    assert (entry.event, entry.outcome, entry.subject_id) == ("token.revoked", "refused", token.public_id)


def test_a_failing_operation_changes_and_records_nothing(inside_acme: Tenant) -> None:
    actor = inside_acme.actor(Role.OWNER)
    token, _ = create_token("Backup", inside_acme.member(Role.OWNER), actor=actor)
    revoke_token(token, actor=actor)
    before = AuditEntry.objects.count()
    with pytest.raises(Conflicting):
        revoke_token(token, actor=actor)
    assert AuditEntry.objects.count() == before


def test_an_actor_of_another_organization_is_refused(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk), pytest.raises(WrongScope):
        create_token("Backup", acme.member(Role.OWNER), actor=globex.system)


def test_a_declaration_without_a_keyword_only_actor_is_refused() -> None:
    with pytest.raises(TypeError, match="keyword-only"):

        @operation("suite.wrong", requires=None)
        def wrong(actor: Actor) -> None: ...

    assert "suite.wrong" not in OPERATIONS


def test_an_event_is_declared_once() -> None:
    with pytest.raises(TypeError, match="twice"):

        @operation("token.revoked", requires=None)
        def again(*, actor: Actor) -> None: ...


def test_entries_are_only_added(inside_acme: Tenant) -> None:
    entry = AuditEntry.objects.latest("id")
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
