"""Into the file store, whole or not at all."""

import errno
import sqlite3
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, InMemoryStorage

from apps.core.errors import ConfigError, TransientError
from apps.exports.deposit import deposit, explained
from tests.exports.stores import FullStore, UnreachableStore

NAME = "org_1/ws_1/exports/exp_1.zip"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made.zip"
    path.write_bytes(b"whole")
    return path


def local(root: Path) -> FileSystemStorage:
    return FileSystemStorage(root, file_permissions_mode=0o600, directory_permissions_mode=0o700)


def test_a_local_store_gets_it_by_a_rename_with_the_stores_own_permissions(made: Path, tmp_path: Path) -> None:
    node = made.stat().st_ino
    deposit(made, NAME, local(tmp_path / "files"))
    kept = tmp_path / "files" / NAME
    assert kept.read_bytes() == b"whole"
    assert kept.stat().st_ino == node
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert not made.exists()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_from_another_disk_it_is_copied_beside_its_place_first(tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm") / f"notionhub-{tmp_path.name}"
    elsewhere.write_bytes(b"whole")
    try:
        deposit(elsewhere, NAME, local(tmp_path / "files"))
    finally:
        elsewhere.unlink(missing_ok=True)
    assert [path.name for path in (tmp_path / "files" / NAME).parent.iterdir()] == ["exp_1.zip"]


def test_what_was_there_is_replaced_and_a_leftover_does_not_stand_in_the_way(made: Path, tmp_path: Path) -> None:
    folder = (tmp_path / "files" / NAME).parent
    folder.mkdir(parents=True)
    (folder / "exp_1.zip").write_bytes(b"old")
    (folder / ".exp_1.zip.partial").write_bytes(b"half of an attempt that died")
    deposit(made, NAME, local(tmp_path / "files"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"exp_1.zip": b"whole"}


def test_a_store_that_refuses_keeps_the_old_one_and_nothing_half(made: Path, tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file where the folder should be")
    with pytest.raises(OSError, match="Not a directory"):
        deposit(made, NAME, local(tmp_path / "files"))
    assert (tmp_path / "files").read_bytes() == b"a file where the folder should be"


def test_an_object_store_gets_it_under_the_same_name_each_time(made: Path) -> None:
    store = InMemoryStorage()
    deposit(made, NAME, store)
    deposit(made, NAME, store)
    with store.open(NAME) as opened:
        assert opened.read() == b"whole"
    assert store.listdir("org_1/ws_1/exports")[1] == ["exp_1.zip"]


def test_a_full_object_store_says_so_and_one_that_fails_is_tried_again(made: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        deposit(made, NAME, FullStore())
    with pytest.raises(TransientError, match="Nothing was kept"):
        deposit(made, NAME, UnreachableStore())


@pytest.mark.parametrize("name", ["../up.zip", "/etc/up.zip"])
def test_a_name_that_leads_out_of_the_store_is_refused(made: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        deposit(made, name, local(tmp_path / "files"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_for_the_customer_to_mend(number: int) -> None:
    told = explained(OSError(number, "full"))
    assert isinstance(told, ConfigError)
    assert "no space left" in told.message


def test_a_disk_that_refuses_too_and_anything_else_is_tried_again() -> None:
    assert isinstance(explained(OSError(errno.EROFS, "read only")), ConfigError)
    told = explained(OSError(errno.EIO, "broken"))
    assert isinstance(told, TransientError)
    assert "Input/output error" in told.message
    assert isinstance(explained(OSError("without a number")), TransientError)


def test_a_ledger_on_a_full_disk_is_a_full_disk(tmp_path: Path) -> None:
    ledger = sqlite3.connect(tmp_path / "ledger")
    ledger.execute("PRAGMA max_page_count=2")
    with pytest.raises(sqlite3.Error) as caught:
        ledger.executescript("CREATE TABLE a(b); CREATE TABLE c(d); CREATE TABLE e(f)")
    ledger.close()
    assert isinstance(explained(caught.value), ConfigError)
    assert isinstance(explained(sqlite3.InterfaceError("other")), TransientError)
