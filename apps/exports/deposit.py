"""From the worker's disk into the file store, whole or not at all, and back out of it."""

import errno
import os
import shutil
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.files.utils import validate_file_name

from apps.core.errors import TransientError
from apps.core.storage.object_store import ObjectStore
from apps.core.storage_errors import explained

__all__ = ["deposit", "explained"]


def deposit(source: Path, name: str, storage: Storage = default_storage) -> None:
    """Bring a file under its final name, in place of one that is there already.

    On a local disk it is moved there (or copied beside it and then renamed); an object store shows an object only
    once it is whole. Raises what :func:`explained` makes of an ``OSError``, and :class:`TransientError` for
    anything else that a remote store answers.
    """
    validate_file_name(name, allow_relative_path=True)
    if isinstance(storage, FileSystemStorage):
        _move(source, storage, name)
    elif isinstance(storage, ObjectStore):
        storage.put(source, name)
    else:
        _upload(source, storage, name)


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
