"""``manage.py migrate``, whose data steps see the rows of all tenants."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from apps.core.postgresql.walls import across_tenants


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with across_tenants(connections[options["database"]]):
            super().handle(*args, **options)
