"""``manage.py flush`` empties the whole database, the audit log included, which refuses that otherwise."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from apps.audit import words
from apps.audit.triggers import lifted


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        with lifted(connection):
            super().handle(**options)
            words.forget_all(connection)
