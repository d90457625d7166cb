"""``manage.py check_storage``: whether files can be kept and fetched with the settings as they are."""

from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import NotionHubError
from apps.core.storage.trial import try_out


class Command(BaseCommand):
    help = "Write, read, list, link to and delete a small object in the file store, and say what is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for step in try_out(default_storage):
                self.stdout.write(f"✓ {step}")
        except NotionHubError as error:
            raise CommandError(error.message) from error
        self.stdout.write("The file store works.")
