"""Compilers that let the querysets of ``unscoped`` managers, and nothing else, look across tenants."""

from typing import Any

from django.db.backends.postgresql import compiler


class _AcrossTenants:
    query: Any
    connection: Any

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        run = super().execute_sql  # type: ignore[misc]  # of the compiler that this is mixed into
        if not getattr(self.query, "across_tenants", False):
            return run(*args, **kwargs)
        with self.connection.across_tenants():
            return run(*args, **kwargs)


class SQLCompiler(_AcrossTenants, compiler.SQLCompiler):
    pass


class SQLInsertCompiler(_AcrossTenants, compiler.SQLInsertCompiler):
    pass


class SQLUpdateCompiler(_AcrossTenants, compiler.SQLUpdateCompiler):
    pass


class SQLDeleteCompiler(_AcrossTenants, compiler.SQLDeleteCompiler):
    pass


class SQLAggregateCompiler(_AcrossTenants, compiler.SQLAggregateCompiler):
    pass
