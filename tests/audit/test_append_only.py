"""Whoever asks, and however: an entry that stands is not changed and not deleted."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations import Migration

from apps.audit import triggers
from apps.audit.models import AuditEntry, Cut
from apps.audit.sealing import seal
from apps.audit.verification import verify
from apps.core.tenancy import scope
from apps.organizations.models import Organization
from tests.audit.entries import write
from tests.factories.tenants import Tenant

TABLE = AuditEntry._meta.db_table
SQL = {
    "label": f"UPDATE {TABLE} SET actor_label = 'x'",  # noqa: S608
    "moment": f"UPDATE {TABLE} SET at = '2020-01-01 00:00:00+00:00'",  # noqa: S608
    "place": f"UPDATE {TABLE} SET seq = seq + 1000",  # noqa: S608
    "hash": f"UPDATE {TABLE} SET hash = NULL, seq = NULL",  # noqa: S608
    "delete": f"DELETE FROM {TABLE}",  # noqa: S608
    "delete one": f"DELETE FROM {TABLE} WHERE seq = 1",  # noqa: S608
}
CODE: dict[str, Callable[[], object]] = {
    "update": lambda: AuditEntry.objects.update(actor_label="x"),
    "unscoped update": lambda: AuditEntry.unscoped.all().update(actor_label="x"),
    "delete": lambda: AuditEntry.objects.all().delete(),
    "unscoped delete": lambda: AuditEntry.unscoped.all().delete(),
    "raw delete": lambda: AuditEntry.unscoped.all()._raw_delete("default"),
    "bulk update": lambda: AuditEntry.objects.bulk_update(AuditEntry.objects.all(), ["actor_label"]),
    "save": lambda: AuditEntry.objects.latest("id").save(),
    "instance delete": lambda: AuditEntry.objects.latest("id").delete(),
    "base save": lambda: AuditEntry.objects.latest("id").save_base(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", SQL.values(), ids=SQL)
def test_the_database_refuses_sql(inside_acme: Tenant, statement: str) -> None:
    write(inside_acme, 3)
    seal()
    with pytest.raises(DatabaseError, match="audit entr"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify().holds


@pytest.mark.django_db
@pytest.mark.parametrize("attempt", CODE.values(), ids=CODE)
def test_code_is_refused(inside_acme: Tenant, attempt: Callable[[], object]) -> None:
    write(inside_acme, 3)
    seal()
    before = list(AuditEntry.objects.values_list())
    with pytest.raises((TypeError, DatabaseError), match=r"[Aa]udit entr"), transaction.atomic():
        attempt()
    assert list(AuditEntry.objects.values_list()) == before


@pytest.mark.django_db
def test_what_is_not_sealed_yet_is_not_changed_either(inside_acme: Tenant) -> None:
    for statement in (SQL["label"], SQL["delete"]):
        with pytest.raises(DatabaseError, match="audit entr"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_an_entry_is_not_replaced_and_not_written_with_a_place(inside_acme: Tenant) -> None:
    seal()
    columns = ", ".join(f'"{field.column}"' for field in AuditEntry._meta.concrete_fields)
    again = f"INTO {TABLE} ({columns}) SELECT {columns} FROM {TABLE} WHERE seq = 1"  # noqa: S608
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{verb} {again}")
    assert verify().holds


@pytest.mark.django_db
def test_a_cut_stands_as_long_as_there_are_entries(inside_acme: Tenant) -> None:
    seal()
    Cut.objects.create(seq=1, hash=bytes(32), count=1)
    for statement in (f"UPDATE {Cut._meta.db_table} SET seq = 99", f"DELETE FROM {Cut._meta.db_table}"):  # noqa: S608
        with pytest.raises(DatabaseError, match="stands"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_with_its_organization_a_log_goes_and_no_other(acme: Tenant, globex: Tenant) -> None:
    with scope(acme.organization.pk):
        Organization.objects.get(pk=acme.organization.pk).delete()
    assert AuditEntry.unscoped.filter(organization_id=globex.organization.pk).exists()
    assert not AuditEntry.unscoped.filter(organization_id=acme.organization.pk).exists()


@pytest.mark.django_db
def test_triggers_are_put_up_once_and_again_after_a_change(acme: Tenant) -> None:
    assert triggers._standing(connection) == triggers.VERSION
    triggers.take_down(connection)
    assert triggers._standing(connection) is None
    triggers.put_up(connection)
    assert triggers._standing(connection) == triggers.VERSION


@pytest.mark.django_db
def test_only_migrations_of_its_own_lift_them(acme: Tenant) -> None:
    """SQLite renames no table that a trigger elsewhere speaks of."""
    room = apps.get_app_config("audit")
    foreign, own = Migration("0009_other", "jobs"), Migration("0009_more", "audit")
    triggers.take_down_triggers(room, "default", [(foreign, False)])
    assert triggers._standing(connection) == triggers.VERSION
    triggers.take_down_triggers(room, "default", [(own, False)])
    assert triggers._standing(connection) is None
    triggers.put_up_triggers(room, "default")
    assert triggers._standing(connection) == triggers.VERSION


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_log_and_leaves_it_guarded(acme: Tenant) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.unscoped.exists()
    assert triggers._standing(connection) == triggers.VERSION


@pytest.mark.django_db(transaction=True)
def test_the_table_is_not_emptied_at_once(acme: Tenant) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    with pytest.raises(DatabaseError, match="audit entries are only deleted"), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE} CASCADE")
