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
from itertools import islice
from typing import Any, Protocol

from django.db import DatabaseError, InterfaceError

from apps.core.errors import NotionHubError
from apps.exports.book import Book, NotWritten
from apps.exports.fileset import FileSet
from apps.exports.formats.base import Format, Skipped, Within, Writer, Written
from apps.exports.ledger import Entry, Ledger, Problem, WrittenFile
from apps.exports.manifest import manifest
from apps.exports.sinks import Sink
from apps.exports.tally import Tally
from apps.jobs.errors import CancelledByUser, LeaseLost
from apps.notion.refusals import Unreadable

logger = logging.getLogger(__name__)

GENERATOR = "NotionHub 1"
"""Grows when what is common to all formats (names, manifest, archive) gives other bytes than before."""
CHECKPOINT_EVERY = 1.0
BATCH = 500
NOT_THE_OBJECTS_FAULT = (
    OSError,
    DatabaseError,
    InterfaceError,
    sqlite3.Error,
    NotionHubError,
    LeaseLost,
    CancelledByUser,
)


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
    """One export in the making. Raises what the sink, the ledger and the database raise, and what ``watch`` does."""

    def __init__(
        self, book: Book, form: Format, options: Mapping[str, Any], *, sink: Sink, ledger: Ledger, watch: Watch
    ) -> None:
        self._book = book
        self._form = form
        self._options = dict(options)
        self._sink = sink
        self._ledger = ledger
        self._watch = watch
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
                self._watch.tell("reading", self._tally)
                if self._watch.stopping:
                    return False
        self._ledger.settle()
        self._ledger.note("tally", Tally(self._ledger.count_objects()).as_json())
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
                self._last = entry.seq
                if self._is_due():
                    self._checkpoint()
                    if self._watch.stopping:
                        return False
        self._checkpoint()
        return not self._watch.stopping

    def _one(self, writer: Writer, entry: Entry) -> None:
        try:
            match writer.write(entry):
                case Skipped(reason):
                    self._tally.skipped(entry, reason)
                    return
                case Written() as written:
                    self._add(entry, written)
                case Within():
                    pass
        except NOT_THE_OBJECTS_FAULT:
            raise
        except NotWritten as told:
            self._fail(entry, str(told))
        except Unreadable as unreadable:
            self._fail(entry, f"Its content has a shape that is not Notion's ({unreadable.kind}).")
        except Exception:
            logger.exception("object not rendered", extra={"object": entry.id, "kind": entry.kind})
            self._fail(entry, "Something failed on our side while its file was made, and was logged.")
        else:
            self._tally.done(entry)

    def _add(self, entry: Entry, written: Written) -> None:
        for file in written.files:
            self._files.add(file.path, file.content)
        for path in written.attachments:
            if not self._ledger.has_file(path):
                self._files.add(path, self._book.attachment(entry))

    def _fail(self, entry: Entry, reason: str) -> None:
        problem = Problem("failed", entry.kind, entry.id, entry.title, reason)
        self._tally.failed(entry)
        self._ledger.add_problem(problem)
        self._watch.problem(problem)

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now < self._due:
            return False
        self._due = now + CHECKPOINT_EVERY
        return True

    def _checkpoint(self) -> None:
        self._ledger.note("mark", self._sink.mark())
        self._ledger.note("last", self._last)
        self._ledger.note("tally", self._tally.as_json())
        self._ledger.commit()
        self._watch.tell("writing", self._tally)

    # Closing
    def _close(self, writer: Writer) -> Summary:
        """Nothing of this is committed: a run that is killed here closes anew."""
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
        }
        return manifest(
            facts,
            problems=self._ledger.problems(),
            missing=self._book.missing(),
            files=self._ledger.files(),
            kept=kept,
        )
