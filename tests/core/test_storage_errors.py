"""What a disk or a database that takes no more is called. The disk is bounded by the system itself."""

import errno
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from apps.core.errors import ConfigError, TransientError
from apps.core.storage_errors import DATABASE_FULL, database_is_full, explained
from apps.exports.sinks import FolderSink
from apps.jobs.models import Job
from apps.jobs.verdict import Ending, judge
from apps.snapshots.store.files import receiving

LIMIT = 4096


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The system refuses to let a file grow further, as a full disk or a quota does."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, heard)


def receive(size: int) -> None:
    with receiving() as (received, _):
        received.write(b"x" * size)
        received.flush()


def test_a_file_that_cannot_be_received_whole_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    with files_no_larger_than(LIMIT), pytest.raises(OSError) as caught:
        receive(3 * LIMIT)
    assert caught.value.errno == errno.EFBIG
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    told = explained(caught.value, "What was read so far is kept.")
    assert isinstance(told, ConfigError)
    assert told.message.startswith("There is no space left on the disk")
    assert "What was read so far is kept." in told.message


def test_a_folder_on_a_full_disk_keeps_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path / "out")
    sink.write("page.md", b"the old one")
    with files_no_larger_than(LIMIT):
        for path in ("page.md", "new.bin"):
            with pytest.raises(OSError, match="File too large"):
                sink.stream(path, [b"x" * LIMIT] * 3)
    sink.close()
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").rglob("*")} == {"page.md": b"the old one"}
    again = FolderSink(tmp_path / "out")
    again.stream("new.bin", [b"x" * LIMIT] * 3)
    again.close()
    assert (tmp_path / "out" / "new.bin").stat().st_size == 3 * LIMIT


def raised_by_sqlite(tmp_path: Path) -> OperationalError:
    connection = sqlite3.connect(tmp_path / "full.sqlite3")
    connection.execute("PRAGMA max_page_count=2")
    try:
        connection.executescript("CREATE TABLE a(b); CREATE TABLE c(d); CREATE TABLE e(f)")
    except sqlite3.OperationalError as error:
        return wrapped(error)
    finally:
        connection.close()
    raise AssertionError("The database has room.")


def wrapped(cause: Exception) -> OperationalError:
    """As Django hands on what a driver raised."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def test_a_full_database_is_known_by_the_drivers_code(tmp_path: Path) -> None:
    assert database_is_full(raised_by_sqlite(tmp_path))
    assert database_is_full(wrapped(psycopg.errors.DiskFull("could not extend file")))
    assert not database_is_full(wrapped(psycopg.errors.AdminShutdown("terminating")))
    assert not database_is_full(OperationalError("database is locked"))
    assert not database_is_full(OSError(errno.ENOSPC, "full"))


def test_a_job_on_a_full_database_fails_with_what_to_do(tmp_path: Path) -> None:
    verdict = judge(Job(), Ending(raised_by_sqlite(tmp_path)), timezone.now())
    assert (verdict.message, verdict.data["dead_lettered"], verdict.unexpected) == (DATABASE_FULL, False, None)


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ECONNRESET, None])
def test_what_may_pass_is_tried_again(number: int | None) -> None:
    assert isinstance(explained(OSError(number, "x") if number else OSError("x")), TransientError)
