"""No tenant, no query.

A model that belongs to an organization derives from :class:`TenantModel`. Its manager adds
``organization = <the open scope>`` when the SQL is compiled, so a queryset may be built anywhere and
answers for the scope in which it runs; outside a scope it raises :class:`NoScope`. A model that names its
``WORKSPACE`` shows the rows of the workspaces that are seen in the scope, and no others. Writes are checked
as well: nothing is saved, updated or deleted across the border. On PostgreSQL the server checks all of
it once more (:mod:`apps.core.postgresql`).
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections, models
from django.db.models.expressions import Expression, F, Func
from django.db.models.sql.compiler import SQLCompiler

from apps.core.scopes import NoScope, WrongScope, current_organization_id, scope, seen_workspaces

__all__ = ["NoScope", "TenantModel", "WrongScope", "current_organization_id", "scope", "workspace_of"]


class CurrentOrganization(Expression):
    """The id of the open scope, read when the statement is compiled."""

    output_field = models.BigIntegerField()

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return "%s", (current_organization_id(),)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> "CurrentOrganization":
        return self


class InSeenWorkspace(Func):
    """Whether a column names a workspace that is seen, decided when the statement is compiled."""

    output_field = models.BooleanField()

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        workspaces = seen_workspaces()
        if workspaces is None:
            raise FullResultSet
        if not workspaces:
            raise EmptyResultSet
        column, params = compiler.compile(self.source_expressions[0])
        marks = ", ".join(["%s"] * len(workspaces))
        return f"{column} IN ({marks})", (*params, *sorted(workspaces))


M = TypeVar("M", bound="TenantModel")
KEYS_AT_ONCE = 500


class TenantQuerySet(models.QuerySet[M]):
    """Refuses bulk writes that would cross the border."""

    def update(self, **values: Any) -> int:
        if {"organization", "organization_id"} & values.keys():
            raise WrongScope("A row never changes its organization.")
        return super().update(**values)

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        objs = list(objs)
        for obj in objs:
            obj.check_scope()
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        objs, fields = list(objs), list(fields)
        if {"organization", "organization_id"} & set(fields):
            raise WrongScope("A row never changes its organization.")
        for obj in objs:
            obj.check_scope()
        return super().bulk_update(objs, fields, *args, **kwargs)


class TenantManager(models.Manager[M]):
    """The only way in: every statement carries the organization of the open scope."""

    queryset_class: type[TenantQuerySet[Any]] = TenantQuerySet

    def get_queryset(self) -> TenantQuerySet[M]:
        queryset: TenantQuerySet[M] = self.queryset_class(self.model, using=self._db)
        queryset = queryset.filter(organization_id=CurrentOrganization())
        if self.model.WORKSPACE:
            queryset = queryset.filter(InSeenWorkspace(F(self.model.WORKSPACE)))
        return queryset

    def insert(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows given as values of ``columns`` (field names; of a foreign key, the primary key).

        The organization is the scope's; a column that is left out takes its field's default. No object is made and
        no ``pre_save`` runs: this is for the engine's own many rows, of which each costs a tenth that way.

        Every database checks at the commit that a foreign key leads somewhere. That it stays in the organization, too,
        is checked by PostgreSQL then, and for others here. Raises :class:`WrongScope`.
        """
        if "organization" in columns:
            raise WrongScope("A row takes the organization of the open scope.")
        connection = connections[self.db]
        fields = {field.name: field for field in self.model._meta.concrete_fields if not field.primary_key}
        given = [fields.pop(name) for name in columns]
        owner = fields.pop("organization")
        defaults = [field.get_db_prep_save(field.get_default(), connection) for field in fields.values()]
        fixed = (current_organization_id(), *defaults)
        into = ", ".join(connection.ops.quote_name(str(field.column)) for field in (owner, *fields.values(), *given))
        table = connection.ops.quote_name(self.model._meta.db_table)
        marks = ", ".join(["%s"] * (len(fixed) + len(given)))
        values = [
            (*fixed, *(field.get_db_prep_save(value, connection) for field, value in zip(given, row, strict=True)))
            for row in rows
        ]
        if not values:
            return
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql":
                for place, field in enumerate(given, start=len(fixed)):
                    _check_reference(cursor, field, {row[place] for row in values} - {None})
            cursor.executemany(f"INSERT INTO {table} ({into}) VALUES ({marks})", values)  # noqa: S608


def _check_reference(cursor: Any, field: Any, keys: set[Any]) -> None:
    """Raise :class:`WrongScope` unless each key is that of a row of the open scope, where the field leads to such."""
    if not keys or not field.is_relation or not issubclass(field.related_model, TenantModel):
        return
    target = field.related_model._meta
    ordered, found = sorted(keys), 0
    for start in range(0, len(ordered), KEYS_AT_ONCE):
        some = ordered[start : start + KEYS_AT_ONCE]
        marks = ", ".join(["%s"] * len(some))
        sql = f'SELECT count(*) FROM "{target.db_table}" WHERE "{field.target_field.column}" IN ({marks})'  # noqa: S608
        cursor.execute(f"{sql} AND organization_id = %s", [*some, current_organization_id()])
        found += cursor.fetchone()[0]
    if found != len(keys):
        raise WrongScope(f"{field.model._meta.label}.{field.name} leads into another organization, or nowhere.")


class UnscopedManager(models.Manager[M]):
    """Sees all tenants; PostgreSQL is told so for the statements of its querysets alone."""

    def get_queryset(self) -> models.QuerySet[M]:
        queryset = super().get_queryset()
        queryset.query.across_tenants = True  # type: ignore[attr-defined]  # read by apps.core.postgresql.compiler
        return queryset


class TenantModel(models.Model):
    """Base of everything an organization owns.

    ``objects`` is scoped and is also the base manager, so foreign keys and ``refresh_from_db`` are
    scoped too. ``unscoped`` sees all tenants; a test lists the files that may name it.

    ``WORKSPACE`` is the column that names the row's workspace, for what access to a workspace opens. What hangs from
    such rows (a snapshot's versions, a job's events) is reached through them and needs none.
    """

    WORKSPACE: ClassVar[str] = ""

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="+", editable=False
    )

    objects: ClassVar[TenantManager[Self]] = TenantManager()
    unscoped: ClassVar[UnscopedManager[Self]] = UnscopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.check_scope()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.check_scope()
        return super().delete(*args, **kwargs)

    def check_scope(self) -> None:
        """Take the organization of the scope if none is set; refuse another one's.

        Raises :class:`WrongScope` also when a foreign key of this row leads into another organization
        (only targets already loaded can be compared here; the door loads them through the scope).
        """
        organization_id = current_organization_id()
        if self.organization_id is None:
            self.organization_id = organization_id
        if self.organization_id != organization_id:
            raise WrongScope(f"{self._meta.label} of organization {self.organization_id} was used in another.")
        for field in self._meta.concrete_fields:
            target = self._state.fields_cache.get(field.name) if field.is_relation else None
            if isinstance(target, TenantModel) and target.organization_id != organization_id:
                raise WrongScope(f"{self._meta.label}.{field.name} leads into another organization.")


def workspace_of(*things: Any) -> int | None:
    """The workspace of the first of these that belongs to one."""
    for thing in things:
        if isinstance(thing, TenantModel) and thing.WORKSPACE:
            workspace_id: int | None = getattr(thing, thing.WORKSPACE)
            return workspace_id
    return None


class ContentModel(TenantModel):
    """Base of what comes by the hundred thousand and is found by its workspace or snapshot.

    There is no index by organization: SQLite, which keeps no statistics, would take it for the most selective one and
    read all rows of a tenant.
    """

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )

    class Meta(TenantModel.Meta):
        abstract = True
