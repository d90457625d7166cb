"""Row-level security: the server shows and takes rows of the organization that it was told, whatever the SQL says.

It guards against a forgotten filter, raw SQL included; not against somebody who can choose the SQL, and with it
the settings. Superusers and roles with ``BYPASSRLS`` pass all policies: see ``docs/configuration.md``.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core.tenancy import TenantModel

WITHOUT_POLICY = {
    "jobs.Lane": "a runner leases lanes of all tenants in one statement",
    "jobs.Job": "a runner takes jobs of all tenants in one statement",
    "jobs.JobEvent": "a runner writes the events of the jobs that it takes together with them",
}
"""Tenant models whose tables the server does not guard, and why. Their pages are scoped by the manager."""

# Subselects, so that the settings are read once per statement and not once per row.
ALLOWED = (
    "organization_id = (SELECT nullif(current_setting('notionhub.organization', true), '')::bigint)"
    " OR (SELECT current_setting('notionhub.across_tenants', true)) = 'on'"
)
VERSION = sha256(ALLOWED.encode()).hexdigest()[:16]
FACTS = (
    "SELECT c.relrowsecurity, c.relforcerowsecurity, obj_description(p.oid, 'pg_policy')"
    " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'tenant'"
    " WHERE c.oid = to_regclass(%s)"
)


@dataclass(frozen=True, slots=True)
class Guard:
    """What the server does about one table now."""

    enabled: bool
    forced: bool
    version: str | None

    @property
    def stands(self) -> bool:
        return self.enabled and self.forced and self.version == VERSION


def guard_of(model: type[models.Model], connection: BaseDatabaseWrapper) -> Guard | None:
    """None while the table does not exist."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [connection.ops.quote_name(model._meta.db_table)])
        row = cursor.fetchone()
    return Guard(*row) if row else None


def put_up(model: type[TenantModel], connection: BaseDatabaseWrapper) -> None:
    """Make the server guard the model's table, or stop guarding it if it is named above."""
    guard = guard_of(model, connection)
    if guard is None:
        return
    wanted = model._meta.label not in WITHOUT_POLICY
    if wanted and not guard.stands:
        _run(connection, model, "DROP POLICY IF EXISTS tenant ON {table}")
        _run(connection, model, f"CREATE POLICY tenant ON {{table}} USING ({ALLOWED}) WITH CHECK ({ALLOWED})")
        _run(connection, model, f"COMMENT ON POLICY tenant ON {{table}} IS '{VERSION}'")
        _run(connection, model, "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    elif not wanted and guard.enabled:
        _run(connection, model, "DROP POLICY IF EXISTS tenant ON {table}")
        _run(connection, model, "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")


def bypassing_role(connection: BaseDatabaseWrapper) -> str | None:
    """The name of this connection's role, if policies do not hold for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role, bypasses = cursor.fetchone()
    return str(role) if bypasses else None


def _run(connection: BaseDatabaseWrapper, model: type[models.Model], statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=connection.ops.quote_name(model._meta.db_table)))
