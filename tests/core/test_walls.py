"""PostgreSQL's own walls between tenants, tried with raw SQL, for every tenant model that there is."""
# ruff: noqa: S608  (the names in the SQL are those of our models)

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from apps.core import checks
from apps.core.postgresql import policies, references
from apps.core.postgresql.walls import tenant_models
from apps.core.tenancy import TenantModel, scope
from apps.organizations.models import Membership
from tests.core.rows import make_row
from tests.factories.tenants import Tenant

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone has row-level security"),
]
MODELS = sorted(tenant_models(apps.get_models()), key=lambda model: model._meta.label)
GUARDED = [model for model in MODELS if model._meta.label not in policies.WITHOUT_POLICY]
REFERENCES = [(model, field) for model in MODELS for field in references.references_of(model)]


def label(value: Any) -> str:
    return str(value._meta.label) if hasattr(value, "_meta") else str(value.name)


def run(sql: str, *args: Any) -> int:
    """How many rows a statement of somebody who forgot every filter meets."""
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return int(cursor.rowcount)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@contextmanager
def refused(error: type[Exception], match: str) -> Iterator[None]:
    with pytest.raises(error, match=match), transaction.atomic():  # noqa: PT012  (deferred checks come at the end)
        yield
        run("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def both(acme: Tenant, globex: Tenant) -> Callable[[type[TenantModel]], tuple[Any, Any]]:
    """A row of each of the two organizations."""

    def make(model: type[TenantModel]) -> tuple[Any, Any]:
        made = []
        for tenant in (acme, globex):
            with scope(tenant.organization.pk):
                made.append(make_row(model, tenant))
        return made[0], made[1]

    return make


@pytest.mark.parametrize("model", GUARDED, ids=label)
def test_raw_sql_neither_reads_nor_writes_across(
    model: type[TenantModel], both: Callable[..., tuple[Any, Any]]
) -> None:
    mine, theirs = both(model)
    table, other = model._meta.db_table, theirs.organization_id
    named = {str(field.column) for field in model._meta.concrete_fields} - {"id", "organization_id"}
    columns = ", ".join(sorted(named))
    copied = f"INSERT INTO {table} (id, organization_id, {columns})"
    source = f"SELECT -1, %s, {columns} FROM {table} WHERE id = %s"
    assert count(table) == 0
    with scope(mine.organization_id):
        assert count(table) == model.objects.count() > 0
        assert run(f"SELECT FROM {table} WHERE organization_id = %s", other) == 0
        assert run(f"UPDATE {table} SET id = id WHERE id = %s", theirs.pk) == 0
        assert run(f"DELETE FROM {table} WHERE id = %s", theirs.pk) == 0
        with refused(ProgrammingError, "row-level security"):
            run(f"{copied} {source}", other, mine.pk)
        with refused(DatabaseError, "row-level security|audit"):  # the log's own triggers are asked first
            run(f"UPDATE {table} SET organization_id = %s WHERE id = %s", other, mine.pk)
    with scope(other):
        assert run(f"SELECT FROM {table} WHERE id = %s", theirs.pk) == 1
    assert model.unscoped.filter(pk__in=[mine.pk, theirs.pk]).count() == 2
    assert count(table) == 0


@pytest.mark.parametrize(("model", "field"), REFERENCES, ids=label)
def test_a_reference_does_not_lead_across(
    model: type[TenantModel], field: Any, both: Callable[..., tuple[Any, Any]]
) -> None:
    mine, _ = both(model)
    _, theirs = both(field.related_model)
    with scope(mine.organization_id), refused(IntegrityError, "foreign key"):
        run(f"UPDATE {model._meta.db_table} SET {field.column} = %s WHERE id = %s", theirs.pk, mine.pk)


def test_only_named_tables_are_not_guarded() -> None:
    guards = {model._meta.label: policies.guard_of(model, connection) for model in MODELS}
    assert {name for name, guard in guards.items() if guard is None or not guard.stands} == set(policies.WITHOUT_POLICY)


def test_a_wall_that_fell_is_put_up_by_the_next_migrate_and_one_that_stands_is_left_alone() -> None:
    run("ALTER TABLE organizations_membership NO FORCE ROW LEVEL SECURITY")
    run("DROP POLICY tenant ON organizations_credential")
    call_command("migrate", verbosity=0)
    test_only_named_tables_are_not_guarded()
    before = _policy_ids()
    call_command("migrate", verbosity=0)
    assert _policy_ids() == before


def _policy_ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_policy ORDER BY oid")
        return [int(oid) for (oid,) in cursor.fetchall()]


def test_data_steps_of_migrations_see_all_tenants(acme: Tenant, globex: Tenant) -> None:
    seen = []
    with connection.across_tenants():  # type: ignore[attr-defined]  # of our PostgreSQL backend
        seen.append(count("organizations_membership"))
    assert seen == [2]
    assert count("organizations_membership") == 0


def test_the_setting_follows_the_scope_after_rollbacks(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        with refused(IntegrityError, "foreign key"):
            run("UPDATE organizations_membership SET user_id = -1")
        assert count("organizations_membership") == 1
    savepoint = transaction.savepoint()
    with scope(globex.organization.pk):
        assert count("organizations_membership") == 1
        transaction.savepoint_rollback(savepoint)
        assert count("organizations_membership") == 1
    assert count("organizations_membership") == 0


@pytest.mark.django_db(transaction=True)
def test_the_setting_follows_the_scope_without_transactions_through_failures_and_lost_connections(
    acme: Tenant, globex: Tenant
) -> None:
    for tenant in (acme, globex, acme):
        with scope(tenant.organization.pk):
            assert count("organizations_membership") == 1
            with transaction.atomic(), pytest.raises(ProgrammingError):
                run("SELECT nothing")  # the commit that follows is a rollback
            assert count("organizations_membership") == 1
            with transaction.atomic():
                assert count("organizations_membership") == 1
                transaction.set_rollback(True)
            connection.close()
            assert [row.organization_id for row in Membership.objects.iterator()] == [tenant.organization.pk]
            with transaction.atomic():
                assert [row.organization_id for row in Membership.objects.iterator()] == [tenant.organization.pk]
        assert count("organizations_membership") == 0


@pytest.mark.django_db(transaction=True)
def test_many_scopes_share_one_connection(acme: Tenant, globex: Tenant) -> None:
    async def look(tenant: Tenant) -> int:
        with scope(tenant.organization.pk):
            await asyncio.sleep(0)
            return await sync_to_async(seen)()

    def seen() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT organization_id FROM organizations_membership")
            ((only,),) = cursor.fetchall()
        return int(only)

    async def both() -> list[int]:
        return await asyncio.gather(*(look(tenant) for tenant in [acme, globex] * 10))

    assert asyncio.run(both()) == [acme.organization.pk, globex.organization.pk] * 10


def test_units_of_one_transaction_see_their_own_rows_each(acme: Tenant, globex: Tenant) -> None:
    def unit(tenant: Tenant) -> int:
        with scope(tenant.organization.pk):
            return run(
                "UPDATE organizations_membership SET role = role WHERE organization_id = %s", acme.organization.pk
            )

    with transaction.atomic():
        units = [(tenant, copy_context()) for tenant in (acme, globex) * 3]
        assert [context.run(unit, tenant) for tenant, context in units] == [1, 0] * 3


def test_unscoped_is_told_for_its_own_statement_only(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        assert Membership.unscoped.count() == 2
        assert len(Membership.unscoped.all()) == 2
        assert Membership.unscoped.filter(role="owner").exists()
        assert count("organizations_membership") == 1
        assert Membership.unscoped.update(role="viewer") == 2
        assert run("UPDATE organizations_membership SET role = 'owner'") == 1
    assert set(Membership.unscoped.values_list("role", flat=True)) == {"owner", "viewer"}


def test_a_role_that_passes_all_policies_is_noticed(caplog: pytest.LogCaptureFixture) -> None:
    assert checks.walls_hold_for_the_role(None) == []
    privileged = connection.copy("privileged")
    privileged.settings_dict = {**connection.settings_dict, "USER": "postgres"}
    try:
        assert policies.bypassing_role(privileged) == "postgres"
    finally:
        privileged.close()
    assert "“postgres” is a superuser" in caplog.text
