"""A process that freezes inside a transaction, on PostgreSQL: the server ends it, so that its locks are not kept."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from apps.core.postgresql.base import DatabaseWrapper
from tests.factories.tenants import Tenant

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's lock is that of a file"),
]
LOCK = "SELECT 1 FROM organizations_organization WHERE id = %s FOR UPDATE"


@contextmanager
def another(**options: float) -> Iterator[DatabaseWrapper]:
    """A connection of another process, with limits of its own."""
    changed = connection.settings_dict["OPTIONS"] | options
    wrapper = DatabaseWrapper(connection.settings_dict | {"OPTIONS": changed}, "default")
    try:
        yield wrapper
    finally:
        wrapper.close()


def run(wrapper: Any, sql: str, *args: object) -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchone()


def test_every_connection_has_the_limits_that_are_set() -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    assert run(connection, "SHOW idle_in_transaction_session_timeout") == (f"{options['idle_seconds']:g}s",)
    assert run(connection, "SHOW lock_timeout") == ("1min",)
    with another(idle_seconds=0, lock_seconds=0) as unlimited:
        assert run(unlimited, "SHOW idle_in_transaction_session_timeout") == ("0",)
        unlimited.set_autocommit(False)
        run(unlimited, "SELECT 1")
        unlimited.rollback()
        assert run(unlimited, "SHOW lock_timeout") == ("0",)


def test_the_locks_of_a_frozen_transaction_are_freed_and_what_it_wrote_is_not_there(acme: Tenant) -> None:
    number = acme.organization.pk
    with another(idle_seconds=0.5) as frozen:
        frozen.set_autocommit(False)
        run(frozen, LOCK, number)
        run(frozen, "UPDATE organizations_organization SET name = 'Frozen' WHERE id = %s RETURNING 1", number)
        began = time.monotonic()
        run(connection, LOCK, number)  # waits for it
        assert 0.3 < time.monotonic() - began < 10
        with pytest.raises(OperationalError, match="idle"):
            run(frozen, "SELECT 1")
    acme.organization.refresh_from_db()
    assert acme.organization.name == "Acme"


def test_who_waits_for_a_lock_gives_up_after_a_while(acme: Tenant) -> None:
    number = acme.organization.pk
    with another() as working, another(lock_seconds=0.2) as waiting:
        working.set_autocommit(False)
        run(working, LOCK, number)
        with pytest.raises(OperationalError, match="lock timeout"):
            run(waiting, LOCK, number)
        working.rollback()
        assert run(waiting, LOCK, number) == (1,)
