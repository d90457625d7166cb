"""From the worker's disk into the file store, whole or not at all, and back out of it."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.files.utils import validate_file_name

from apps.core.errors import ConfigError, NotionHubError, TransientError

FULL = (errno.ENOSPC, errno.EDQUOT)
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def deposit(source: Path, name: str, storage: Storage = default_storage) -> None:
    """Bring a file under its final name, in place of one that is there already.

    On a local disk it is moved there (or copied beside it and then renamed); an object store shows an object only
    once it is whole. Raises what :func:`explained` makes of an ``OSError``, and :class:`TransientError` for
    anything else that a remote store answers.
    """
    validate_file_name(name, allow_relative_path=True)
    if isinstance(storage, FileSystemStorage):
        _move(source, storage, name)
    else:
        _upload(source, storage, name)


def explained(error: OSError | sqlite3.Error) -> NotionHubError:
    """What a failing disk means for the customer."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        number = errno.ENOSPC if code == sqlite3.SQLITE_FULL else errno.EIO
    else:
        number = error.errno or errno.EIO
    if number in FULL:
        return ConfigError(
            "There is no space left on the disk where files are made or kept. Nothing was overwritten, and nothing"
            " half-written is kept. Free space, then retry."
        )
    if number in REFUSED:
        return ConfigError(
            "The folder where files are made or kept may not be written to. Nothing was overwritten. Mend its"
            " permissions, then retry."
        )
    return TransientError(f"The file store did not work ({os.strerror(number)}). Nothing was kept.")


def _move(source: Path, storage: FileSystemStorage, name: str) -> None:
    target = Path(storage.path(name))
    staged = target.with_name(f".{target.name}.partial")
    _make_folders(target.parent, storage)
    try:
        try:
            os.replace(source, staged)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            shutil.copyfile(source, staged)
        if storage.file_permissions_mode is not None:
            staged.chmod(storage.file_permissions_mode)
        _sync(staged)
        os.replace(staged, target)
        _sync(target.parent)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def _make_folders(folder: Path, storage: FileSystemStorage) -> None:
    missing = [one for one in [folder, *folder.parents] if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        if storage.directory_permissions_mode is not None:
            one.chmod(storage.directory_permissions_mode)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _upload(source: Path, storage: Storage, name: str) -> None:
    try:
        if storage.exists(name):  # of an earlier run of the same job
            storage.delete(name)
        with source.open("rb") as opened:
            kept = storage.save(name, File(opened))
        if kept != name:
            storage.delete(kept)
            raise FileExistsError(errno.EEXIST, "another file has this name", name)
    except OSError:
        raise
    except Exception as error:
        raise TransientError("The object store did not take the archive. Nothing was kept.") from error
