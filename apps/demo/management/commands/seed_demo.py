from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import NotionHubError
from apps.demo.seed import seed, write


class Command(BaseCommand):
    help = "Make the demo's organizations, people, sandbox workspace and API token; writes var/demo.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sandbox-token", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            write(seed(options["sandbox_token"]))
        except NotionHubError as error:
            raise CommandError(error.message) from error
