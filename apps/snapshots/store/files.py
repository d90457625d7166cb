"""Files in Django's storage: received beside it, named by their content, given their final name at once."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from apps.core.errors import TransientError
from apps.core.storage.object_store import ObjectStore


class ReceivedFile(File):  # type: ignore[type-arg]
    """A file on disk that a storage of the same disk may take over by renaming it."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        super().__init__(file, name=path)
        self._path = path

    def temporary_file_path(self) -> str:
        return self._path


def folder_of(organization: str, workspace: str) -> str:
    """Where a workspace keeps its files; tenants share no folder."""
    return f"{organization}/{workspace}/files"


def storage_name(organization: str, workspace: str, sha256: str) -> str:
    """Where a workspace keeps the file with this content."""
    return f"{folder_of(organization, workspace)}/{sha256[:2]}/{sha256}"


@contextmanager
def receiving() -> Iterator[tuple[IO[bytes], str]]:
    """A file to download into and its path; removed at the end unless the storage has taken it."""
    handle, path = tempfile.mkstemp(dir=_incoming())
    try:
        with os.fdopen(handle, "w+b") as received:
            yield received, path
    finally:
        Path(path).unlink(missing_ok=True)


def keep(received: IO[bytes], path: str, name: str) -> str:
    """Move a received file into the storage; the name under which it lies there.

    A file of this name that nobody knows of is left from an attempt that was cut off, so it is replaced. Raises the
    storage's ``OSError``, and :class:`TransientError` for anything else that a remote store answers.
    """
    received.flush()
    received.seek(0)
    if isinstance(default_storage, ObjectStore):
        default_storage.put(Path(path), name)
        return name
    try:
        if default_storage.exists(name):
            default_storage.delete(name)
        return default_storage.save(name, ReceivedFile(received, path))
    except OSError:
        with suppress(OSError):  # half of it may lie there when it had to be copied
            default_storage.delete(name)
        raise
    except Exception as error:
        raise TransientError("The file store did not take a file. What was read so far is kept.") from error


def forget(names: list[str]) -> None:
    """Delete files from the storage. One that is gone already is no error."""
    for name in names:
        default_storage.delete(name)


def forget_unfinished(organization: str, workspace: str) -> int:
    """Throw away what uploads of dead processes have left in an object store: parts that nothing lists but the bill."""
    if not isinstance(default_storage, ObjectStore):
        return 0
    return default_storage.forget_unfinished(f"{organization}/{workspace}")


def open_stored(name: str) -> File[Any]:
    """The bytes of a stored file. Raises ``FileNotFoundError``."""
    return default_storage.open(name, "rb")


def _incoming() -> str:
    """A folder on the storage's own disk, so that the final name is given by a rename; else on our own."""
    base = default_storage.base_location if isinstance(default_storage, FileSystemStorage) else settings.VAR_DIR
    folder = Path(base) / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(folder)
