"""Append-only in the database: whatever the SQL, an entry that stands is not changed, and is deleted only under a cut.

Put up after every ``migrate``. The one change that passes is the sealer's: a place in the chain, where there is none.
Against somebody who may drop triggers stands the chain, and its head kept elsewhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.audit.models import AuditEntry, Cut

ENTRIES = AuditEntry._meta.db_table
CUTS = Cut._meta.db_table
SEALED = ("seq", "hash")
FIXED = ", ".join(
    f'"{field.column}"' for field in AuditEntry._meta.concrete_fields if field.column not in SEALED and field.column
)
LAST = 2**63 - 1
"""The ``seq`` of the cut that an organization's deletion makes: it covers what is not sealed as well."""

NOT_CHANGED = "audit entries are never changed"
NOT_DELETED = "audit entries are only deleted by retention, under a cut"
NOT_SEALED = "an audit entry is written without a place in the chain"
CUT_STANDS = "a cut of the audit log stands as long as its organization has entries"

_COVERED = (
    f"SELECT 1 FROM {CUTS} c WHERE c.organization_id = OLD.organization_id"  # noqa: S608  (names of our own tables)
    f" AND c.seq >= coalesce(OLD.seq, {LAST})"
)
_OURS = f"SELECT 1 FROM {ENTRIES} e WHERE e.organization_id = OLD.organization_id"  # noqa: S608
_TAKEN = f"SELECT 1 FROM {ENTRIES} e WHERE e.id = NEW.id OR e.public_id = NEW.public_id"  # noqa: S608

SQLITE = {
    "audit_fixed": f"BEFORE UPDATE OF {FIXED} ON {ENTRIES} BEGIN SELECT RAISE(ABORT, '{NOT_CHANGED}'); END",
    "audit_sealed_once": (
        f"BEFORE UPDATE ON {ENTRIES} WHEN OLD.hash IS NOT NULL OR NEW.hash IS NULL OR NEW.seq IS NULL"
        f" BEGIN SELECT RAISE(ABORT, '{NOT_CHANGED}'); END"
    ),
    # REPLACE deletes without asking the triggers for deletions.
    "audit_added": (
        f"BEFORE INSERT ON {ENTRIES} WHEN NEW.hash IS NOT NULL OR NEW.seq IS NOT NULL OR EXISTS ({_TAKEN})"
        f" BEGIN SELECT RAISE(ABORT, '{NOT_SEALED}'); END"
    ),
    "audit_kept": (
        f"BEFORE DELETE ON {ENTRIES} WHEN NOT EXISTS ({_COVERED}) BEGIN SELECT RAISE(ABORT, '{NOT_DELETED}'); END"
    ),
    "audit_cut_fixed": f"BEFORE UPDATE ON {CUTS} BEGIN SELECT RAISE(ABORT, '{CUT_STANDS}'); END",
    "audit_cut_kept": (f"BEFORE DELETE ON {CUTS} WHEN EXISTS ({_OURS}) BEGIN SELECT RAISE(ABORT, '{CUT_STANDS}'); END"),
}
_REFUSE = (
    "CREATE OR REPLACE FUNCTION notionhub_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
_GUARD_DELETE = (
    "CREATE OR REPLACE FUNCTION notionhub_audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF NOT EXISTS ({_COVERED}) THEN"
    f" RAISE EXCEPTION '{NOT_DELETED}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
)
_GUARD_CUT = (
    "CREATE OR REPLACE FUNCTION notionhub_audit_cut_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF EXISTS ({_OURS}) THEN"
    f" RAISE EXCEPTION '{CUT_STANDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
)
POSTGRESQL_FUNCTIONS = (_REFUSE, _GUARD_DELETE, _GUARD_CUT)


def _refusing(when: str, table: str, sentence: str, condition: str = "", each: str = "ROW") -> str:
    told = f" WHEN ({condition})" if condition else ""
    return f"{when} ON {table} FOR EACH {each}{told} EXECUTE FUNCTION notionhub_audit_refuse('{sentence}')"


POSTGRESQL = {
    "audit_fixed": _refusing(f"BEFORE UPDATE OF {FIXED}", ENTRIES, NOT_CHANGED),
    "audit_sealed_once": _refusing(
        "BEFORE UPDATE", ENTRIES, NOT_CHANGED, "OLD.hash IS NOT NULL OR NEW.hash IS NULL OR NEW.seq IS NULL"
    ),
    "audit_added": _refusing("BEFORE INSERT", ENTRIES, NOT_SEALED, "NEW.hash IS NOT NULL OR NEW.seq IS NOT NULL"),
    "audit_kept": f"BEFORE DELETE ON {ENTRIES} FOR EACH ROW EXECUTE FUNCTION notionhub_audit_kept()",
    "audit_not_emptied": _refusing("BEFORE TRUNCATE", ENTRIES, NOT_DELETED, each="STATEMENT"),
    "audit_cut_fixed": _refusing("BEFORE UPDATE", CUTS, CUT_STANDS),
    "audit_cut_kept": f"BEFORE DELETE ON {CUTS} FOR EACH ROW EXECUTE FUNCTION notionhub_audit_cut_kept()",
    "audit_cut_not_emptied": _refusing("BEFORE TRUNCATE", CUTS, CUT_STANDS, each="STATEMENT"),
}
VERSION = sha256(repr((SQLITE, POSTGRESQL_FUNCTIONS, POSTGRESQL)).encode()).hexdigest()[:16]


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse; changes nothing that stands already."""
    tables = connection.introspection.table_names()
    if ENTRIES not in tables or CUTS not in tables or _standing(connection) == VERSION:
        return
    take_down(connection)
    wanted = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for function in POSTGRESQL_FUNCTIONS:
                cursor.execute(function)
        for name, rest in wanted.items():
            cursor.execute(f"CREATE TRIGGER {_named(connection, name)} {rest}")
        if connection.vendor == "postgresql":
            cursor.execute(f"COMMENT ON FUNCTION notionhub_audit_refuse() IS '{VERSION}'")


def take_down(connection: BaseDatabaseWrapper) -> None:
    """For ``flush``, and for putting them up anew."""
    names = _names(connection)
    with connection.cursor() as cursor:
        for name in names:
            table = f" ON {CUTS if '_cut_' in name else ENTRIES}" if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{table}')


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """While the whole database is emptied."""
    take_down(connection)
    try:
        yield
    finally:
        put_up(connection)


def take_down_triggers(sender: AppConfig, using: str, plan: Sequence[tuple[Any, bool]], **kwargs: Any) -> None:
    """Before our own tables are altered: SQLite renames no table that a trigger elsewhere speaks of."""
    if any(migration.app_label == sender.label for migration, _ in plan):
        take_down(connections[using])


def put_up_triggers(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After every ``migrate``."""
    put_up(connections[using])


def _named(connection: BaseDatabaseWrapper, name: str) -> str:
    return f"{name}_{VERSION}" if connection.vendor == "sqlite" else name


def _standing(connection: BaseDatabaseWrapper) -> str | None:
    """The version of the triggers that stand, None unless all do."""
    names = _names(connection)
    if connection.vendor == "sqlite":
        return VERSION if names == {_named(connection, name) for name in SQLITE} else None
    if names != set(POSTGRESQL):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regproc('notionhub_audit_refuse'), 'pg_proc')")
        row = cursor.fetchone()
    return str(row[0]) if row and row[0] else None


def _names(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)", [ENTRIES, CUTS]
            )
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgrelid IN (to_regclass(%s), to_regclass(%s))",
                [ENTRIES, CUTS],
            )
        return {str(row[0]) for row in cursor.fetchall()}
