"""Order that does not depend on where the database runs."""

from typing import Any

from django.db.models import Func
from django.db.models.sql.compiler import SQLCompiler


class Bytewise(Func):
    """Text in the order of its bytes, whatever the database's collation is: ``order_by(Bytewise("title"))``.

    SQLite has no other order; PostgreSQL sorts as its locale does unless it is told.
    """

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)
