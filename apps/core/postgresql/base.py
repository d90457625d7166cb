"""The backend that ``settings.DATABASES`` names for PostgreSQL.

Policies compare ``organization_id`` with the server's setting ``notionhub.organization``. A scope is a context
variable and a connection serves many scopes in turn, so the setting is compared with the open scope before each
statement, and told anew when it differs. What was told counts until the end of the transaction, as a rollback
takes it back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.utils import DatabaseErrorWrapper, OperationalError
from django.utils.functional import cached_property
from psycopg.errors import IdleInTransactionSessionTimeout
from psycopg.pq import TransactionStatus

from apps.core.scopes import open_scope

TELL = "SELECT set_config('notionhub.organization', %s, false), set_config('notionhub.across_tenants', %s, false)"
LIMIT = "SELECT set_config('idle_in_transaction_session_timeout', %s, false), set_config('lock_timeout', %s, false)"


class ErrorWrapper(DatabaseErrorWrapper):
    """A session that the server has ended is a lost connection, as if the network had taken it."""

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, IdleInTransactionSessionTimeout):
            self.wrapper.errors_occurred = True  # type: ignore[attr-defined]  # the stubs know public names only
            raise OperationalError(*error.args) from error
        super().__exit__(kind, error, trace)


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "apps.core.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose statements see the rows of the open scope, and none without one.

    Besides psycopg's, ``OPTIONS`` take ``idle_seconds``, after which the server ends a session that does nothing in the
    middle of a transaction, and ``lock_seconds``, after which a statement that waits for a lock fails; 0 is never.
    """

    ops_class = DatabaseOperations

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._tell_first)
        self._told: tuple[str, str] | None = None
        self._across = False
        self._limits: list[str] = []

    @cached_property
    def wrap_database_errors(self) -> ErrorWrapper:
        return ErrorWrapper(self)

    @contextmanager
    def across_tenants(self) -> Iterator[None]:
        """Statements begun inside see the rows of all tenants: for ``unscoped`` querysets and migrations."""
        before, self._across = self._across, True
        try:
            yield
        finally:
            self._across = before

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self._limits = [f"{params.pop(name, 0):g}s" for name in ("idle_seconds", "lock_seconds")]
        return params

    def init_connection_state(self) -> None:
        super().init_connection_state()
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(LIMIT, self._limits)  # told, not given when connecting: not every pooler takes options there

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._told = None
        return super().get_new_connection(conn_params)

    def _commit(self) -> None:
        self._told = None  # at the server a commit may turn out to be a rollback
        super()._commit()  # type: ignore[misc]  # the stubs know public names only

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None

    def _tell_first(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        organization_id = open_scope()
        wanted = ("" if organization_id is None else str(organization_id), "on" if self._across else "")
        if wanted != self._told and self.connection is not None:
            self._tell(wanted)
        return execute(sql, params, many, context)

    def _tell(self, wanted: tuple[str, str]) -> None:
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return  # takes nothing but its end
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(TELL, wanted)
        self._told = wanted
