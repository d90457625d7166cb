import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.notion.check import check_recordings


class Command(BaseCommand):
    help = (
        "Read recorded Notion exchanges (one JSON object a line) and report, per type, what could not be read "
        "or would be lost in a parse → payload round trip. Exits 1 when there is any such failure."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        failed = False
        for path in options["file"]:
            try:
                with path.open("rb") as lines:
                    report = check_recordings(lines)
            except OSError as error:
                raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
            self.stdout.write(f"{path.name}")
            for line in report.lines():
                self.stdout.write(f"  {line}")
            failed = failed or bool(report.failures)
        if failed:
            sys.exit(1)
