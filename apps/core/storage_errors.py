"""What a disk, a file store or a database that takes no more means for the customer."""

import errno
import os
import sqlite3

from django.db import DatabaseError

from apps.core.errors import ConfigError, NotionHubError, TransientError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)
POSTGRESQL_DISK_FULL = "53100"
NOTHING_HALF = "Nothing was overwritten, and nothing half-written is kept."
DATABASE_FULL = (
    "There is no space left for this installation's database, so nothing more could be written. What the job had "
    "finished is kept, nothing was half-written. Free space, then retry: it goes on where it stopped."
)


class StoreError(OSError):
    """What a remote store said: ``what`` happened, ``advice`` what to do. ``passing``: a later attempt can help."""

    def __init__(self, what: str, advice: str = "", *, passing: bool = False) -> None:
        super().__init__(errno.EIO, what)
        self.what = what
        self.advice = advice
        self.passing = passing


def explained(error: OSError | sqlite3.Error, kept: str = NOTHING_HALF) -> NotionHubError:
    """The error to raise for what a disk or file store said; ``kept`` says what did not happen.

    A full or forbidden disk is a :class:`ConfigError`: only somebody can help. Anything else may pass.
    """
    if isinstance(error, StoreError):
        told = " ".join(filter(None, (error.what, kept, error.advice)))
        return TransientError(told) if error.passing else ConfigError(told)
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        number = errno.ENOSPC if code == sqlite3.SQLITE_FULL else errno.EIO
    else:
        number = error.errno or errno.EIO
    if number in FULL:
        return ConfigError(
            f"There is no space left on the disk where files are made or kept. {kept} Free space, then retry."
        )
    if number in REFUSED:
        return ConfigError(
            f"The folder where files are made or kept may not be written to ({os.strerror(number)}). {kept} Mend it, "
            "then retry."
        )
    return TransientError(f"The file store did not work ({os.strerror(number)}). {kept}")


def database_is_full(error: BaseException) -> bool:
    """Whether the database could not write for lack of space; Django's errors carry the driver's as their cause."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else None
    full_file = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return full_file or getattr(cause, "sqlstate", None) == POSTGRESQL_DISK_FULL
