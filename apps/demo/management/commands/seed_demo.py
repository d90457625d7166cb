from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import NotionHubError
from apps.demo.seed import seed, write


class Command(BaseCommand):
    help = "Bring the database up to date, make what the demo shows, and write var/demo.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sandbox-token", required=True)
        parser.add_argument("--sandbox-url", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        try:
            write(seed(options["sandbox_token"], options["sandbox_url"]))
        except NotionHubError as error:
            raise CommandError(error.message) from error
