"""The ZIP writer: other readers agree with it, its bytes depend on its input alone, and nothing is half-written."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from apps.exports.archive import Mark, ZipWriter, dos_time

MOMENT = datetime(2026, 11, 20, 7, 9, 11, tzinfo=UTC)
NOISE = os.urandom(3_000_000)


class Desk:
    """Where an archive is made, with the two files of its writer."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "made.zip"
        self.directory = folder / "directory"

    @contextmanager
    def writer(self, moment: datetime = MOMENT, at: Mark | None = None) -> Iterator[ZipWriter]:
        for path in (self.path, self.directory):
            if at is None:
                path.write_bytes(b"")
        with self.path.open("r+b") as target, self.directory.open("r+b") as directory:
            yield ZipWriter(target, directory, moment=moment, at=at)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def pieces(data: bytes, size: int = 65_536) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def fill(writer: ZipWriter) -> None:
    writer.write("read me.md", b"# Hello\n" * 500)
    writer.write("noise", NOISE[:5000])
    writer.write("empty", b"")
    writer.stream("folder/große Datei 😀.bin", pieces(NOISE))
    writer.stream("stored.png", pieces(NOISE[:100_000]), deflate=False)
    writer.stream("nothing", iter(()))
    writer.finish()


def test_python_and_info_zip_read_what_was_written(desk: Desk) -> None:
    with desk.writer() as writer:
        fill(writer)
    with zipfile.ZipFile(desk.path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "read me.md",
            "noise",
            "empty",
            "folder/große Datei 😀.bin",
            "stored.png",
            "nothing",
        ]
        assert archive.read("folder/große Datei 😀.bin") == NOISE
        assert archive.read("noise") == NOISE[:5000]
        assert archive.read("nothing") == b""
        for info in archive.infolist():
            assert info.date_time == (2026, 11, 20, 7, 9, 10)
            assert info.external_attr >> 16 == 0o100644
    if unzip := shutil.which("unzip"):
        assert subprocess.run([unzip, "-tqq", str(desk.path)], check=False).returncode == 0


def test_the_same_input_gives_the_same_bytes(desk: Desk) -> None:
    with desk.writer() as writer:
        fill(writer)
    before = desk.path.read_bytes()
    with desk.writer(MOMENT.astimezone(timezone(timedelta(hours=9)))) as writer:
        fill(writer)
    assert desk.path.read_bytes() == before


def test_an_entry_that_fails_leaves_no_trace(desk: Desk) -> None:
    def broken() -> Iterator[bytes]:
        yield NOISE
        raise OSError("the disk of the store is gone")

    with desk.writer() as writer:
        writer.write("a", b"a" * 100)
        mark = writer.mark
        with pytest.raises(OSError, match="gone"):
            writer.stream("b", broken())
        assert writer.mark == mark
        writer.write("c", b"c")
        writer.finish()
    with zipfile.ZipFile(desk.path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a", "c"]
    assert desk.path.stat().st_size < 1000


def test_a_writer_continues_at_a_mark_with_the_same_result(desk: Desk) -> None:
    with desk.writer() as writer:
        fill(writer)
    whole = desk.path.read_bytes()
    with desk.writer() as writer:
        writer.write("read me.md", b"# Hello\n" * 500)
        writer.write("noise", NOISE[:5000])
        mark = writer.mark
        writer.write("of a run that was killed", NOISE)
    with desk.writer(at=mark) as again:
        again.write("empty", b"")
        again.stream("folder/große Datei 😀.bin", pieces(NOISE))
        again.stream("stored.png", pieces(NOISE[:100_000]), deflate=False)
        again.stream("nothing", iter(()))
        again.finish()
    assert desk.path.read_bytes() == whole


def test_more_entries_than_16_bits_count(desk: Desk) -> None:
    with desk.writer() as writer:
        for number in range(70_000):
            writer.write(f"{number}", b"")
        writer.finish()
    with zipfile.ZipFile(desk.path) as archive:
        names = archive.namelist()
    assert len(names) == 70_000
    assert names[-1] == "69999"


def test_entries_beyond_4_gib(desk: Desk) -> None:
    """The file is sparse: five gigabytes that take no room stand before the first entry."""
    desk.path.touch()
    os.truncate(desk.path, 5 << 30)
    desk.directory.touch()
    with desk.writer(at=Mark(5 << 30, 0, 0)) as writer:
        writer.write("far", b"far out")
        writer.stream("farther", [b"farther ", b"out"])
        writer.finish()
    with zipfile.ZipFile(desk.path) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("far").header_offset == 5 << 30
        assert archive.read("farther") == b"farther out"


def test_times_outside_of_what_dos_knows_are_brought_to_its_edges() -> None:
    assert dos_time(datetime(1970, 1, 1, tzinfo=UTC)) == dos_time(datetime(1980, 1, 1, tzinfo=UTC)) == (0, 33)
    assert dos_time(datetime(2200, 1, 1, tzinfo=UTC)) == dos_time(datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC))
