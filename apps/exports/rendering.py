"""Making the files of an export: the one way, for the job as for the command, for an archive as for a folder.

Three passes over the snapshot, each in the order of its tree: *reading* puts the tree into the ledger, *writing* asks
the format for each object's files, *closing* adds the manifest. What is committed at a checkpoint is not done again;
a run that goes on at a checkpoint and one that was never interrupted give the same bytes.
"""

import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from django.db import DatabaseError, InterfaceError

from apps.core.errors import NotionHubError, TransientError
from apps.exports.arrangement import Arrangement
from apps.exports.book import Book
from apps.exports.fileset import FileSet
from apps.exports.formats.base import Format, Skipped, Within, Writer, Written
from apps.exports.ledger import Entry, Ledger, Problem, WrittenFile
from apps.exports.manifest import manifest
from apps.exports.options import checked, selection_of
from apps.exports.reasons import NotWritten
from apps.exports.sinks import Sink
from apps.exports.tally import Tally
from apps.jobs.errors import CancelledByUser, LeaseLost
from apps.notion.refusals import Unreadable
from apps.snapshots.models import Snapshot

logger = logging.getLogger(__name__)

GENERATOR = "NotionHub 2"
"""Grows when what is common to all formats (names, manifest, archive) gives other bytes than before."""
READING, WRITING = "Reading the snapshot", "Writing the files"
CHECKPOINT_EVERY = 1.0
"""Seconds."""
BATCH = 500
NOT_CHOSEN = "Not chosen."
"""Why an object is left out that was not asked for; formats are not asked about it."""
NOT_THE_OBJECTS_FAULT = (
    OSError,
    DatabaseError,
    InterfaceError,
    sqlite3.Error,
    NotionHubError,
    LeaseLost,
    CancelledByUser,
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of which snapshot. Options that are not given are at their default."""

    snapshot: Snapshot
    form: Format
    options: Mapping[str, Any]

    @property
    def moment(self) -> datetime:
        """The one time that stands in an archive: when the snapshot was finished."""
        return self.snapshot.finished_at or self.snapshot.created_at

    @property
    def fingerprint(self) -> list[Any]:
        """Equal for orders whose half-made files fit together."""
        snapshot = [self.snapshot.public_id, self.moment.isoformat()]
        return [GENERATOR, snapshot, self.form.key, self.form.version, self.all_options]

    @property
    def all_options(self) -> dict[str, Any]:
        """Raises :class:`Invalid`."""
        return checked(self.form.options, self.options, label=self.form.label)


class Watch(Protocol):
    """Who looks on while an export is made."""

    @property
    def stopping(self) -> bool:
        """Whether to end at the next checkpoint."""

    def tell(self, stage: str, tally: Tally) -> None:
        """Called at each checkpoint, about once a second."""

    def problem(self, problem: Problem) -> None:
        """An object that will not be in the export."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an export came to. ``complete`` speaks of the snapshot, too."""

    complete: bool
    gap: str
    counts: dict[str, dict[str, int]]
    file_count: int
    content_size: int


class Rendering:
    """One export in the making. Raises what the sink, the ledger and the database raise, and what ``watch`` does.

    ``pace`` is the time between two checkpoints, in seconds.
    """

    def __init__(
        self, order: Order, *, sink: Sink, ledger: Ledger, watch: Watch, pace: float = CHECKPOINT_EVERY
    ) -> None:
        self._book = Book(order.snapshot, ledger)
        self._form = order.form
        self._options = order.all_options
        self._sink = sink
        self._ledger = ledger
        self._watch = watch
        self._pace = pace
        self._files = FileSet(sink, ledger)
        self._tally = Tally({})
        self._last = -1
        self._due = 0.0

    def run(self) -> Summary | None:
        """Make all files but the manifest. None when told to stop; everything so far is kept for the next run."""
        if not self._read():
            return None
        self._recall()
        writer = self._form.writer(self._book, self._options)
        if not self._write(writer):
            return None
        return self._close(writer)

    # Reading
    def _read(self) -> bool:
        if self._ledger.noted("tally") is not None:
            return True
        entries = self._book.entries()
        while batch := list(islice(entries, BATCH)):
            self._ledger.add_objects(batch)
            if self._is_due():
                self._watch.tell(READING, self._tally)
                if self._watch.stopping:
                    return False
        self._ledger.settle(Arrangement.of(self._options), selection_of(self._options))
        tally = Tally(self._ledger.count_objects())
        for kind, weight in self._ledger.count_left_out().items():
            tally.left_out(kind, weight, NOT_CHOSEN)
        self._ledger.note("tally", tally.as_json())
        self._ledger.note("last", -1)
        self._ledger.note("mark", self._sink.mark())
        self._ledger.commit()
        return True

    def _recall(self) -> None:
        self._tally = Tally.from_json(self._ledger.noted("tally"))
        self._last = self._ledger.noted("last")

    # Writing
    def _write(self, writer: Writer) -> bool:
        while entries := self._ledger.objects(self._last, BATCH):
            for entry in entries:
                self._one(writer, entry)
                self._last = entry.turn
                if self._is_due():
                    self._checkpoint()
                    if self._watch.stopping:
                        return False
        self._checkpoint()
        return not self._watch.stopping

    def _one(self, writer: Writer, entry: Entry) -> None:
        if not entry.chosen and not self._ledger.known(entry.id).chosen:
            self._tally.skipped(entry, NOT_CHOSEN)
            return
        try:
            match writer.write(entry):
                case Skipped(reason):
                    self._tally.skipped(entry, reason)
                    return
                case Written(losses=losses) as written:
                    self._add(entry, written)
                case Within(losses):
                    pass
        except NOT_THE_OBJECTS_FAULT:
            raise
        except NotWritten as told:
            self._fail(entry, told.code)
        except Unreadable:
            self._fail(entry, "unreadable")
        except Exception:
            logger.exception("object not rendered", extra={"object": entry.id, "kind": entry.kind})
            self._fail(entry, "our_fault")
        else:
            self._tally.done(entry)
            for loss in losses:
                self._tally.lost(loss.what, loss.count, loss.reason)

    def _add(self, entry: Entry, written: Written) -> None:
        for file in written.files:
            self._files.add(file.path, file.content)
        for path in written.attachments:
            if not self._ledger.has_file(path):
                self._files.add(path, self._book.attachment(entry))

    def _fail(self, entry: Entry, code: str) -> None:
        problem = Problem(entry.kind, entry.id, entry.title, code)
        self._tally.failed(entry)
        self._ledger.add_problem(problem)
        self._watch.problem(problem)

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now < self._due:
            return False
        self._due = now + self._pace
        return True

    def _checkpoint(self) -> None:
        self._ledger.note("mark", self._sink.mark())
        self._ledger.note("last", self._last)
        self._ledger.note("tally", self._tally.as_json())
        self._ledger.commit()
        self._watch.tell(WRITING, self._tally)

    # Closing
    def _close(self, writer: Writer) -> Summary:
        """Nothing of this is committed: a run that is killed here closes anew."""
        if not self._book.is_unchanged():
            raise TransientError("The capture of this snapshot went on while it was exported. It is exported anew.")
        for file in writer.closing():
            self._files.add(file.path, file.content)
        return self._summary()

    def _summary(self) -> Summary:
        found = self._tally.reconciliation
        gaps = [self._book.gap()]
        if not found.complete:
            gaps.append(f"{found.unmet:,} of {found.total.seen:,} objects could not be written")
        gap = " and ".join(gap for gap in gaps if gap)
        file_count, content_size = self._ledger.file_totals()
        return Summary(gap == "", gap, self._tally.counts, file_count, content_size)

    def manifest(self, summary: Summary, *, kept: Iterable[WrittenFile] = ()) -> Iterator[bytes]:
        """The manifest of all that was written, in pieces."""
        facts = {
            "generator": GENERATOR,
            "format": self._form.key,
            "format_version": self._form.version,
            "options": self._options,
            **self._book.facts(),
            "complete": summary.complete,
            "counts": self._tally.counts,
            "skipped": self._tally.reasons,
            "lost": self._tally.losses,
        }
        return manifest(
            facts,
            problems=self._ledger.problems(),
            missing=self._book.missing(),
            files=self._ledger.files(),
            kept=kept,
        )
