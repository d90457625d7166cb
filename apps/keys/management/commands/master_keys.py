"""``manage.py master_keys``: which master keys are in use, and how many data keys each wraps."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import NotionHubError
from apps.core.tenancy import scope
from apps.keys.keyring import keyring
from apps.keys.rewrapping import behind, in_use, rewrap

AT_ONCE = 200


class Command(BaseCommand):
    help = "List the master keys and how many data keys each wraps. One that wraps none can be taken off the list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rewrap", action="store_true", help="wrap all data keys by the first master key now")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = self._rewrap() if options["rewrap"] else 0
        ring = keyring()
        for master, count in in_use().items():
            state = "in use" if master == ring.current else "old" if master in ring.ids else "NOT CONFIGURED"
            if state == "old" and not count:
                state = "old, wraps nothing: it can be taken off the list"
            self.stdout.write(f"{master}: {count:,} data {'key' if count == 1 else 'keys'} ({state})")
        if failed:
            raise CommandError(f"{failed} data keys could not be wrapped anew. They still need their old master key.")

    def _rewrap(self) -> int:
        """Goes on where it was killed: what is done is done. How many failed."""
        failed: set[int] = set()
        while True:
            waiting = [pair for pair in behind(AT_ONCE + len(failed)) if pair[1] not in failed]
            if not waiting:
                return len(failed)
            for organization_id, pk in waiting:
                failed.add(pk)  # unless it is gone from the list, which the next look tells
                with scope(organization_id):
                    try:
                        rewrap()
                    except NotionHubError as error:
                        self.stderr.write(error.message)
                    else:
                        failed.discard(pk)
