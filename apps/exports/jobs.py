"""The job that makes an export."""

import shutil
import sqlite3
from functools import partial
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError

from apps.core.errors import ConfigError, Conflicting, TransientError
from apps.core.storage_errors import database_is_full
from apps.exports.deposit import deposit, explained
from apps.exports.formats import format_named
from apps.exports.ledger import Problem
from apps.exports.making import Made, make_archive, workshop
from apps.exports.models import Export
from apps.exports.reasons import FAILURES
from apps.exports.rendering import READING, WRITING, Order
from apps.exports.retention import prune_exports_after
from apps.exports.selectors import export_named, exports
from apps.exports.services import ensure_exportable
from apps.exports.sinks import file_sha256
from apps.exports.tally import Tally
from apps.jobs.errors import LeaseLost
from apps.jobs.models import Job, Level
from apps.jobs.registry import Look, job
from apps.jobs.run import ComputeRun
from apps.jobs.unmet import UnmetObject
from apps.snapshots.models import Snapshot

KEEPING = "Keeping the archive"
AGAIN_IN = 60.0
"""Seconds until an export looks again whether its snapshot's capture has ended."""
LOGGED_PROBLEMS = 1_000
"""Objects that are named in the job's log; all of them are in the manifest."""


LOOK = Look(
    noun="export",
    stages=(READING, WRITING, KEEPING),
    result=("export", "Open export", "exports:detail"),
    subject_url="exports:detail",
)


def _gone(job: Job) -> str:
    """What an export can no more be made from."""
    export = exports().filter(public_id=job.params["export"]).first()
    if export is None:
        return "The export was deleted. Create another one instead."
    return "" if export.snapshot else f"Snapshot {export.snapshot_number} was deleted. Export another one instead."


@job("exports.render", cluster="cpu", title="Export {export}", look=LOOK, gone=_gone)
def render(run: ComputeRun) -> None:
    """Make the archive of one export and keep it. Started again, it goes on where its files say."""
    try:
        _render(run)
    except (OSError, sqlite3.Error) as error:
        raise explained(error) from error
    except (OperationalError, InterfaceError) as error:
        if database_is_full(error):
            raise
        raise TransientError("The database could not be reached.") from error


def _render(run: ComputeRun) -> None:
    export = run.db(export_named, run.params["export"])
    snapshot = _exportable(export)
    with workshop(export.public_id) as folder:
        try:
            made = _make(run, export, snapshot, folder)
        except (LeaseLost, TransientError, OperationalError, InterfaceError):
            raise  # somebody goes on from here
        except Exception:
            shutil.rmtree(folder)
            raise
        if made is not None or run.cancelled:
            shutil.rmtree(folder)


def _exportable(export: Export) -> Snapshot:
    """A capture that is retried opens its snapshot again; the export waits for its end."""
    snapshot = export.snapshot
    if snapshot is None:
        raise ConfigError(f"Snapshot {export.snapshot_number} was deleted. Nothing was made; export another snapshot.")
    try:
        ensure_exportable(snapshot)
    except Conflicting as error:
        if snapshot.is_open:
            raise TransientError(error.message, retry_after=AGAIN_IN) from error
        raise ConfigError(error.message) from error
    return snapshot


def _make(run: ComputeRun, export: Export, snapshot: Snapshot, folder: Path) -> Made | None:
    order = Order(snapshot, format_named(export.format), export.options)
    made = make_archive(order, folder, JobWatch(run))
    if made is not None:
        _keep(run, export, made)
    return made


def _keep(run: ComputeRun, export: Export, made: Made) -> None:
    """Into the store under its final name first, then into the export's row: a row never names half a file."""
    summary = made.summary
    run.checkpoint(stage=KEEPING)
    export.storage_name = archive_path(export)
    export.size, export.sha256 = made.archive.stat().st_size, file_sha256(made.archive)
    export.file_count, export.content_size = summary.file_count, summary.content_size
    export.counts = summary.counts
    deposit(made.manifest, export.manifest_name, default_storage)
    deposit(made.archive, export.storage_name, default_storage)
    if summary.gap:
        run.incomplete(summary.gap)
    run.result["export"] = export.public_id
    fields = ["storage_name", "size", "sha256", "file_count", "content_size", "counts"]
    run.checkpoint(lambda: export.save(update_fields=fields), stage=KEEPING, counts=summary.counts)
    run.checkpoint(partial(prune_exports_after, export))


def archive_path(export: Export) -> str:
    """Where the store keeps the archive; tenants share no folder."""
    return f"{export.organization.public_id}/{export.workspace.public_id}/exports/{export.public_id}.zip"


class JobWatch:
    """Tells the job how far its export is."""

    def __init__(self, run: ComputeRun) -> None:
        self._run = run
        self._told = 0
        self._untold: list[UnmetObject] = []

    @property
    def stopping(self) -> bool:
        return self._run.stopping

    def tell(self, stage: str, tally: Tally) -> None:
        self._run.checkpoint(unmet=self._untold, stage=stage, counts=tally.counts)
        self._untold = []

    def problem(self, problem: Problem) -> None:
        self._told += 1
        if self._told <= LOGGED_PROBLEMS:
            failure, kind = FAILURES[problem.code], problem.kind.replace("_", " ")
            self._untold.append(UnmetObject(failure.reason, problem.title or "Untitled", kind, problem.object_id))
        elif self._told == LOGGED_PROBLEMS + 1:
            self._run.event(Level.WARNING, "More objects could not be written; the manifest names them all.")
