"""Where the files of an export go: into one archive, or into a folder. Both take the same calls.

A sink knows nothing of what it writes. Whatever fails in the middle of a file leaves nothing of that file behind.
"""

import fcntl
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from apps.core.errors import Conflicting
from apps.exports.archive import Mark as ZipMark
from apps.exports.archive import ZipWriter

PRESSED = frozenset(
    [
        *(".7z", ".bz2", ".gz", ".rar", ".xz", ".zip", ".zst", ".docx", ".pptx", ".xlsx", ".pdf"),
        *(".avif", ".gif", ".heic", ".jpeg", ".jpg", ".png", ".webp"),
        *(".m4v", ".mkv", ".mov", ".mp4", ".webm", ".aac", ".flac", ".m4a", ".mp3", ".ogg", ".opus"),
    ]
)
"""Extensions of files that are compressed already: deflating them costs time and saves nothing."""
CHUNK = 1 << 20
PARTIAL = ".notionhub-partial"
"""The one file of an export to a folder that may be found half-written; it never gets another name."""


class Sink(Protocol):
    def write(self, path: str, data: bytes) -> None:
        """One file from memory. ``path`` is relative, with forward slashes, and safe."""

    def stream(self, path: str, chunks: Iterable[bytes]) -> None:
        """One file of any size. What ``chunks`` raises goes on, and the file is not there then."""

    def mark(self) -> Any:
        """Put everything so far on the disk and say where to go on, as JSON."""

    def close(self) -> None: ...


ARCHIVE, DIRECTORY = "archive.zip", "directory"


def reaches(folder: Path, mark: Any) -> bool:
    """Whether the half-made archive in a folder is (still) as long as its mark says."""
    if mark is None:
        return True
    at = ZipMark(*mark)
    return _size(folder / ARCHIVE) >= at.offset and _size(folder / DIRECTORY) >= at.directory


class ArchiveSink:
    """A ZIP in the making in ``folder``, continued at ``mark`` if one is given that :func:`reaches`."""

    def __init__(self, folder: Path, *, moment: datetime, mark: Any = None) -> None:
        self.path = folder / ARCHIVE
        if mark is None:
            self.path.write_bytes(b"")
            (folder / DIRECTORY).write_bytes(b"")
        self._archive = self.path.open("r+b")
        self._directory = (folder / DIRECTORY).open("r+b")
        at = ZipMark(*mark) if mark else None
        self._zip = ZipWriter(self._archive, self._directory, moment=moment, at=at)

    def write(self, path: str, data: bytes) -> None:
        self._zip.write(path, data)

    def stream(self, path: str, chunks: Iterable[bytes]) -> None:
        self._zip.stream(path, chunks, deflate=os.path.splitext(path)[1].lower() not in PRESSED)

    def mark(self) -> Any:
        self._zip.flush()
        os.fsync(self._archive.fileno())
        os.fsync(self._directory.fileno())
        mark = self._zip.mark
        return [mark.offset, mark.directory, mark.entries]

    def finish(self) -> None:
        """Write the table of contents. The archive at ``path`` is whole then."""
        self._zip.finish()
        os.fsync(self._archive.fileno())

    def close(self) -> None:
        self._archive.close()
        self._directory.close()


class FolderSink:
    """Files in ``root``. One whose content has not changed is not touched; every other is replaced at once.

    Raises :class:`Conflicting` when another export is writing into the same folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._partial = root / PARTIAL
        self.rewritten = 0
        root.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(root, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise Conflicting(f"Another export is writing into {root} just now. Nothing was changed.") from error

    def write(self, path: str, data: bytes) -> None:
        target = self._target(path)
        if _size(target) == len(data) and target.read_bytes() == data:
            return
        self._replace(target, lambda file: file.write_bytes(data))

    def stream(self, path: str, chunks: Iterable[bytes]) -> None:
        target = self._target(path)

        def pour(file: Path) -> None:
            with file.open("wb") as opened:
                opened.writelines(chunks)

        self._replace(target, pour)

    def mark(self) -> Any:
        return None  # a file is there or not: a second run finds out by itself

    def close(self) -> None:
        self._partial.unlink(missing_ok=True)
        os.close(self._lock)

    def remove(self, path: str) -> None:
        """Remove a file of an earlier export, and the folders that it leaves empty."""
        target = self._target(path)
        target.unlink(missing_ok=True)
        for folder in target.parents:
            if folder == self._root or not _removed_if_empty(folder):
                return

    def content(self, path: str) -> str | None:
        """The SHA-256 of a file that is there now."""
        return file_sha256(self._target(path)) if self._target(path).is_file() else None

    def _target(self, path: str) -> Path:
        target = self._root / path
        if ".." in target.parts[len(self._root.parts) :] or os.path.isabs(path):
            raise ValueError(f"A path of an export leads out of it: {path!r}")
        return target

    def _replace(self, target: Path, fill: Callable[[Path], Any]) -> None:
        fill(self._partial)
        if _size(target) == _size(self._partial) and file_sha256(target) == file_sha256(self._partial):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self._partial, target)
        self.rewritten += 1


def file_sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _size(path: Path) -> int:
    """Bytes of a regular file, -1 for anything else."""
    return path.stat().st_size if path.is_file() else -1


def _removed_if_empty(folder: Path) -> bool:
    with suppress(OSError):  # not empty, or gone already
        folder.rmdir()
        return True
    return False
