"""``manage.py worker``: runs jobs until it is stopped."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.jobs.models import Cluster
from apps.jobs.supervisor import supervise


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # they double the time until the first job runs
    help = "Run jobs. SIGTERM or Ctrl-C ends it within seconds; running jobs go on at their last checkpoint later."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--cluster",
            choices=["all", *Cluster.values],
            default="all",
            help="io: jobs that wait for Notion, many in one process; cpu: jobs that compute (default: both)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        clusters = Cluster.values if options["cluster"] == "all" else [options["cluster"]]
        if not supervise(clusters):
            sys.exit(1)
