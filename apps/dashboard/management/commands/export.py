import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from apps.core.errors import NotionHubError
from apps.core.tenancy import scope
from apps.dashboard.choosing import organization_named, workspace_named
from apps.exports.foreground import export_to
from apps.exports.formats import FORMATS
from apps.exports.ledger import Problem
from apps.exports.options import COMMON
from apps.exports.reasons import FAILURES
from apps.exports.rendering import Summary
from apps.exports.selectors import exportable_snapshots
from apps.exports.services import record_saved
from apps.organizations.services import system_actor
from apps.snapshots.models import Snapshot, SnapshotState
from apps.workspaces.models import Workspace

INTERRUPTED = 130
SWITCHES = {"true": True, "false": False}


class Command(BaseCommand):
    help = "Export a snapshot into a folder, or into an archive when the output ends in .zip; in the foreground."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", default="", metavar="SLUG", help="the first one unless given")
        parser.add_argument("--workspace", default="", metavar="ID_OR_NAME", help="the only one unless given")
        parser.add_argument("--snapshot", type=int, metavar="NUMBER", help="the newest complete one unless given")
        parser.add_argument("--format", default="markdown", choices=sorted(FORMATS))
        parser.add_argument("--pages", nargs="+", default=[], metavar="ID_OR_ADDRESS", help="with what lies below them")
        parser.add_argument("--depth", type=int, metavar="LEVELS", help="how many levels below; all unless given")
        for option in COMMON:
            values = [choice.value for choice in option.choices]
            parser.add_argument(f"--{option.key}", choices=values, help=option.help)
        parser.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help="one of the format's own, such as attachments=false",
        )
        parser.add_argument("--output", required=True, type=Path, metavar="FOLDER_OR_ZIP")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = organization_named(options["organization"])
        with scope(organization.pk):
            snapshot = _snapshot(workspace_named(options["workspace"]), options["snapshot"])
            try:
                summary = self._export(snapshot, options["format"], _options(options), options["output"])
                record_saved(snapshot, actor=system_actor(organization, "Command line"))
            except NotionHubError as error:
                raise CommandError(error.message) from error
            except KeyboardInterrupt:
                self.stderr.write("Stopped. What lies in the output is not whole; run the same command again.")
                sys.exit(INTERRUPTED)
        size = f"{summary.file_count:,} files, {summary.content_size:,} bytes"
        self.stdout.write(f"Snapshot {snapshot.number} of {snapshot.workspace.name}: {size} in {options['output']}")
        if not summary.complete:
            raise CommandError(f"The export is incomplete: {summary.gap}. Its manifest names what is missing.")

    def _export(self, snapshot: Snapshot, format: str, options: Mapping[str, Any], output: Path) -> Summary:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("Export", total=None)

            def show(stage: str, done: int, total: int) -> None:
                progress.update(bar, description=stage.capitalize(), completed=done, total=total or None)

            return export_to(output, snapshot, format=format, options=options, progress=show, problem=self._tell)

    def _tell(self, problem: Problem) -> None:
        self.stderr.write(f"{problem.title or 'Untitled'}: {FAILURES[problem.code].sentence}")


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of the options of the export; the others are at their default."""
    named = {option.key: given[option.key] for option in COMMON if given[option.key] is not None}
    own = {}
    for word in given["option"]:
        key, equals, value = word.partition("=")
        if not equals:
            raise CommandError(f"--option {word}: name the option and its value, such as attachments=false.")
        own[key] = SWITCHES.get(value, value)
    return {"pages": given["pages"], "depth": given["depth"], **named, **own}


def _snapshot(workspace: Workspace, number: int | None) -> Snapshot:
    known = exportable_snapshots(workspace)
    wanted = known.filter(number=number) if number is not None else known.filter(state=SnapshotState.COMPLETE)
    found = wanted.first()
    if found is None:
        numbers = ", ".join(f"{n} ({state})" for n, state in known.values_list("number", "state")[:20]) or "none"
        what = f"snapshot {number}" if number is not None else "complete snapshot"
        raise CommandError(f"{workspace.name} has no {what}. There are: {numbers}. Take one: manage.py capture")
    return found
