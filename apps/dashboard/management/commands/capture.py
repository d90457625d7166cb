import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from apps.core.actor import Actor
from apps.core.errors import NotionHubError
from apps.core.tenancy import scope
from apps.dashboard.choosing import organization_named, workspace_named
from apps.dashboard.rows import CAPTURE
from apps.jobs.foreground import see_through
from apps.jobs.models import ACTIVE, Job, Status
from apps.jobs.reconciliation import reconciliation
from apps.organizations.services import system_actor
from apps.snapshots.capture.options import AUTO, FULL, Options
from apps.snapshots.services import start_capture
from apps.workspaces.models import ConnectionKind, Workspace
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace

INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Capture a workspace, in the foreground. With NOTION_TOKEN in the environment the workspace of that token is "
        "connected first (NOTION_BASE_URL says where it is; the default is Notion itself)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", default="", metavar="SLUG", help="the first one unless given")
        parser.add_argument("--workspace", default="", metavar="ID_OR_NAME", help="the only one unless given")
        parser.add_argument("--full", action="store_true", help="read everything, also what seems unchanged")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = organization_named(options["organization"])
        with scope(organization.pk):
            actor = system_actor(organization, "Command line")
            try:
                chosen = Options(mode=FULL if options["full"] else AUTO)
                job = see_through_with_bar(_capture(options["workspace"], chosen, actor))
            except NotionHubError as error:
                raise CommandError(error.message) from error
            except KeyboardInterrupt:
                self.stderr.write("Stopped at its last checkpoint. The same command goes on from there.")
                sys.exit(INTERRUPTED)
            self._report(job)

    def _report(self, job: Job) -> None:
        found = reconciliation(job.counts)
        for row in (*found.rows, found.total):
            parts = f"{row.seen:>8,} seen {row.done:>8,} done {row.skipped:>6,} skipped"
            self.stdout.write(f"  {row.kind:<18}{parts} {row.capped:>5,} capped {row.failed:>5,} failed")
        snapshot = job.result.get("snapshot", "")
        self.stdout.write(f"{job.title}: {job.word} {snapshot}".rstrip())
        if job.status != Status.SUCCEEDED:
            raise CommandError(job.error or f"The capture ended {job.word.lower()}; the site names what is missing.")


def _capture(workspace: str, options: Options, actor: Actor) -> Job:
    """The capture that is on its way, or a new one."""
    token = os.environ.get("NOTION_TOKEN", "")
    chosen = _connected(SecretStr(token), actor) if token and not workspace else workspace_named(workspace)
    running = Job.objects.filter(lane__key=chosen.lane_key, kind=CAPTURE, status__in=ACTIVE).first()
    return running or start_capture(chosen, options=options, actor=actor)


def _connected(token: SecretStr, actor: Actor) -> Workspace:
    base_url = settings.NOTION_BASE_URL
    found = probe(token, base_url)
    known = Workspace.objects.filter(base_url=base_url, notion_id=found.notion_id).first()
    if known is not None and known.key is not None and known.status in ("Healthy", "Reduced"):
        return known
    return connect_workspace(found, base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=actor)


def see_through_with_bar(job: Job) -> Job:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(job.title, total=None)

        def show(job: Job) -> None:
            stage = f"{job.title}: {job.stage or job.word.lower()}"
            progress.update(bar, description=stage, completed=job.done, total=job.total or None)

        return see_through(job, show)
