"""When the walls are put up, and who is told when they do not hold."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from apps.core.postgresql import policies, references
from apps.core.tenancy import TenantModel

logger = logging.getLogger(__name__)
BYPASSED = (
    "The database role “{role}” is a superuser or has BYPASSRLS, so PostgreSQL does not guard rows against another "
    "organization's scope. Connect the site and the workers with a role that has neither (docs/configuration.md)."
)
_asked: set[str] = set()


def guards_rows(connection: BaseDatabaseWrapper) -> bool:
    """Whether this is a connection of our PostgreSQL backend."""
    return connection.vendor == "postgresql"


def tenant_models(models: Iterable[type[Model]]) -> list[type[TenantModel]]:
    """Those of the models that belong to organizations and have a table."""
    return [model for model in models if issubclass(model, TenantModel) and model._meta.can_migrate("default")]


def put_up_walls(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After every ``migrate``, app by app; changes nothing that stands already."""
    connection = connections[using]
    if guards_rows(connection):
        for model in tenant_models(sender.get_models()):
            policies.put_up(model, connection)
            references.put_up(model, connection)


@contextmanager
def across_tenants(connection: Any) -> Iterator[None]:
    """For migrations: their data steps use plain managers, and policies hold for the owner of a table, too."""
    if guards_rows(connection):
        with connection.across_tenants():
            yield
    else:
        yield


def warn_of_bypass(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Ask once per process, when it connects first, whether the walls hold for its role."""
    if not guards_rows(connection) or connection.alias in _asked:
        return
    _asked.add(connection.alias)
    if role := policies.bypassing_role(connection):
        logger.warning(BYPASSED.format(role=role))
