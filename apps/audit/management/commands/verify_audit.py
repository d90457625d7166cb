"""``manage.py verify_audit <organization>``: whether the chain of an organization's audit log holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.verification import Anchor, verify
from apps.core.errors import NotionHubError
from apps.core.tenancy import scope
from apps.organizations.models import Organization


class Command(BaseCommand):
    help = "Read and hash every sealed entry of an organization's audit log; exit with 1 if the chain is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="its address, such as acme")
        parser.add_argument("--anchor", default="", help="a head that was noted elsewhere, as entry:hash")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organization at /o/{options['organization']}/.")
        try:
            anchor = Anchor.parse(options["anchor"]) if options["anchor"] else None
        except NotionHubError as error:
            raise CommandError(error.message) from error
        with scope(organization.pk):
            verdict = verify(anchor)
        if verdict.broken is not None:
            named = f" ({verdict.broken.entry})" if verdict.broken.entry else ""
            raise CommandError(f"The chain is broken at entry {verdict.broken.seq:,}{named}: {verdict.broken.reason}")
        since = f" from {verdict.cut + 1:,} on" if verdict.cut else ""
        self.stdout.write(f"The chain holds: {verdict.count:,} entries{since}.")
        self.stdout.write(f"Head {verdict.seq}:{verdict.head}")
