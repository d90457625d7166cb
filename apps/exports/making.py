"""An export as a whole: into an archive in a workshop, or into a folder of somebody's own."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from apps.core.errors import Conflicting, TransientError
from apps.exports.ledger import Ledger, WrittenFile
from apps.exports.manifest import NAME as MANIFEST
from apps.exports.manifest import files_listed, is_ours, manifest
from apps.exports.rendering import CHECKPOINT_EVERY, Order, Rendering, Summary, Watch
from apps.exports.sinks import CHUNK, ArchiveSink, FolderSink, reaches

ABANDONED_AFTER = 2 * 24 * 3600
"""Seconds after which a workshop that nobody came back to is cleared."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished archive on this machine's disk, and its manifest once more beside it."""

    archive: Path
    manifest: Path
    summary: Summary


@contextmanager
def workshop(name: str) -> Iterator[Path]:
    """A folder for one export, found again by its name; its user removes it when nothing in it is worth keeping.

    Raises :class:`TransientError` while another process has it: one that lost its lease and does not know yet.
    """
    root = settings.VAR_DIR / "work" / "exports"
    folder = root / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear_abandoned(root)
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle)
        os.utime(folder)
        yield folder
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise TransientError("The process that made this export before has not let go of it yet.") from error


def make_archive(order: Order, folder: Path, watch: Watch, pace: float = CHECKPOINT_EVERY) -> Made | None:
    """Make the archive in a workshop, going on with what lies there. None when told to stop."""
    with _continued(order, folder) as (ledger, sink):
        rendering = Rendering(order, sink=sink, ledger=ledger, watch=watch, pace=pace)
        summary = rendering.run()
        if summary is None:
            return None
        beside = folder / MANIFEST
        with beside.open("wb") as opened:
            opened.writelines(rendering.manifest(summary))
        sink.stream(MANIFEST, chunks_of(beside))
        sink.finish()
        return Made(sink.path, beside, summary)


def make_folder(order: Order, root: Path, watch: Watch, pace: float = CHECKPOINT_EVERY) -> Summary | None:
    """Bring a folder up to date: only files whose content changed are rewritten, each at once.

    Files that an earlier export wrote and this one has not are removed, unless somebody changed them, or this
    export is incomplete. Raises :class:`Conflicting` for a folder that holds other things.
    """
    sink = FolderSink(root)
    with closing(sink), TemporaryDirectory(prefix="notionhub-export-") as scratch:
        if not is_ours(root / MANIFEST):
            _claim(root, sink)
        with closing(Ledger(Path(scratch) / "ledger")) as ledger:
            rendering = Rendering(order, sink=sink, ledger=ledger, watch=watch, pace=pace)
            summary = rendering.run()
            if summary is None:
                return None
            stale = _stale(root, sink, ledger)
            if summary.complete:
                for file in stale:
                    sink.remove(file.path)
                stale = iter(())
            sink.stream(MANIFEST, rendering.manifest(summary, kept=stale))
            return summary


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


@contextmanager
def _continued(order: Order, folder: Path) -> Iterator[tuple[Ledger, ArchiveSink]]:
    """What lies in the workshop, if it belongs to this order and is whole; else a new beginning."""
    with ExitStack() as opened:
        ledger = opened.enter_context(closing(Ledger(folder / "ledger")))
        fits = ledger.noted("order") == order.fingerprint
        mark = ledger.noted("mark") if fits else None
        if not (fits and reaches(folder, mark)):
            opened.pop_all().close()
            for path in folder.iterdir():
                path.unlink()
            ledger, mark = opened.enter_context(closing(Ledger(folder / "ledger"))), None
            ledger.note("order", order.fingerprint)
            ledger.commit()
        sink = opened.enter_context(closing(ArchiveSink(folder, moment=order.moment, mark=mark)))
        yield ledger, sink


def _claim(root: Path, sink: FolderSink) -> None:
    """Mark a folder as an export's from the start, so that a run that was cut off can be repeated."""
    if any(not path.name.startswith(".") for path in root.iterdir()):
        raise Conflicting(
            f"The folder {root} is not empty, and what it holds is no earlier export. Nothing was written."
            " Name an empty folder, or one that an export has written."
        )
    sink.stream(MANIFEST, manifest({"complete": False}, problems=(), missing=(), files=()))


def _stale(root: Path, sink: FolderSink, ledger: Ledger) -> Iterator[WrittenFile]:
    """Files of an earlier export that are still as it wrote them and that this one does not have."""
    for file in files_listed(root / MANIFEST):
        if not ledger.has_alike(file.path) and sink.content(file.path) == file.sha256:
            yield file


def _clear_abandoned(root: Path) -> None:
    for folder in root.iterdir():
        with suppress(FileNotFoundError):  # somebody else clears as well
            if folder.stat().st_mtime < time.time() - ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)
