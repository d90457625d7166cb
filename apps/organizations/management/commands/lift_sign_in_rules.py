from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.tenancy import scope
from apps.organizations.models import Organization
from apps.organizations.services import system_actor
from apps.organizations.sign_in.services import set_rules


class Command(BaseCommand):
    help = (
        "Let members of an organization in by any provider and without a second factor: for owners who are locked out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the organization's address, /o/<slug>/")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Organization.objects.filter(slug=options["slug"]).first()
        if found is None:
            raise CommandError(f"There is no organization at /o/{options['slug']}/.")
        with scope(found.pk):
            set_rules(found, own_provider_only=False, second_factor_required=False, actor=system_actor(found))
        self.stdout.write(f"Members of {found.name} come in by any provider now. Its audit log says so.")
