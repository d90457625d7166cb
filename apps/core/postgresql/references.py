"""References that stay inside: a row of one organization cannot point to a row of another.

PostgreSQL checks foreign keys without policies, so Django's own would take any number that exists. Beside each of
them between tenant models stands one over ``(organization_id, column)``.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import truncate_name

from apps.core.tenancy import TenantModel

EXISTS = "SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass(%s) AND conname = %s"
KEY = "ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (organization_id, {column})"
REFERENCE = (
    "ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {column})"
    " REFERENCES {target} (organization_id, {target_column}) DEFERRABLE INITIALLY DEFERRED"
)


def references_of(model: type[TenantModel]) -> Iterator[Any]:
    """The model's foreign keys that lead to what an organization owns."""
    for field in model._meta.concrete_fields:
        target: Any = field.related_model
        checked = isinstance(field, models.ForeignKey) and getattr(field, "db_constraint", False)
        if checked and issubclass(target, TenantModel):
            yield field


def put_up(model: type[TenantModel], connection: BaseDatabaseWrapper) -> None:
    """Make the server check that the model's references stay inside; what stands already is left alone."""
    for field in references_of(model):
        target = field.related_model._meta
        column, target_column = field.column, field.target_field.column
        key = truncate_name(f"{target.db_table}_tenant_key", 63)
        _ensure(connection, KEY, target.db_table, key, column=target_column)
        name = truncate_name(f"{model._meta.db_table}_{column}_tenant", 63)
        leads = {"column": column, "target": target.db_table, "target_column": target_column}
        _ensure(connection, REFERENCE, model._meta.db_table, name, **leads)


def _ensure(connection: BaseDatabaseWrapper, statement: str, table: str, name: str, **names: str) -> None:
    quote = connection.ops.quote_name
    quoted = {key: quote(value) for key, value in {"table": table, "name": name, **names}.items()}
    with connection.cursor() as cursor:
        cursor.execute(EXISTS, [quote(table), name])
        if cursor.fetchone() is None:
            cursor.execute(statement.format(**quoted))
