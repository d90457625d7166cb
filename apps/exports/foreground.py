"""An export made while somebody waits for it: what the command calls. The same files as the job makes."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from apps.exports.deposit import explained
from apps.exports.formats import checked_options, format_named
from apps.exports.ledger import Problem
from apps.exports.making import make_archive, make_folder
from apps.exports.rendering import Order, Summary
from apps.exports.services import ensure_exportable, ensure_held
from apps.exports.tally import Tally
from apps.snapshots.models import Snapshot

ShowProgress = Callable[[str, int, int], None]
"""Told about once a second: the stage, how many objects are done, how many there are."""
ARCHIVE_SUFFIX = ".zip"


def export_to(
    output: Path,
    snapshot: Snapshot,
    *,
    format: str,
    options: Mapping[str, Any] | None = None,
    progress: ShowProgress | None = None,
    problem: Callable[[Problem], None] | None = None,
) -> Summary:
    """Export into a folder, or into an archive when the name of ``output`` ends in ``.zip``.

    In a folder only files whose content changed are rewritten; an archive gets its name once it is whole. ``problem``
    is told of each object that could not be written. Runs in the scope of the snapshot's organization.
    Raises :class:`Invalid`, :class:`Conflicting` (also for a folder that holds other things), and for a disk that is
    full or refuses :class:`ConfigError` or :class:`TransientError`.
    """
    form = format_named(format)
    order = Order(snapshot, form, checked_options(form, options or {}))
    ensure_exportable(snapshot)
    ensure_held(snapshot, order.options["pages"])
    watch = Foreground(progress, problem)
    try:
        summary = (
            _archive(order, output, watch) if output.suffix == ARCHIVE_SUFFIX else make_folder(order, output, watch)
        )
    except (OSError, sqlite3.Error) as error:
        raise explained(error) from error
    return _whole(summary)


class Foreground:
    """Looks on until the end; whoever waits ends it by an interrupt."""

    stopping = False

    def __init__(self, progress: ShowProgress | None, problem: Callable[[Problem], None] | None) -> None:
        self._progress = progress
        self._problem = problem

    def tell(self, stage: str, tally: Tally) -> None:
        if self._progress is not None:
            total = tally.reconciliation.total
            self._progress(stage, total.seen - total.left, total.seen)

    def problem(self, problem: Problem) -> None:
        if self._problem is not None:
            self._problem(problem)


def _archive(order: Order, output: Path, watch: Foreground) -> Summary:
    output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".notionhub-", dir=output.parent) as workshop:
        made = make_archive(order, Path(workshop), watch)
        summary = _whole(made.summary if made else None)
        os.replace(Path(workshop) / "archive.zip", output)
    return summary


def _whole(summary: Summary | None) -> Summary:
    if summary is None:
        raise AssertionError("Nobody told this export to stop.")
    return summary
