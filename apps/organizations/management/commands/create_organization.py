from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import NotionHubError
from apps.organizations.services import create_organization


class Command(BaseCommand):
    help = "Make an organization and its first owner, who then signs in with a provider that verifies the e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--slug", default="", help="the address /o/<slug>/; made from the name unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = create_organization(options["name"], options["owner"], slug=options["slug"])
        except NotionHubError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{made.name} is at /o/{made.slug}/ and belongs to {options['owner']}.")
