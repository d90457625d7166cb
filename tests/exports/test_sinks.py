"""A folder that only changes where its content does, and an archive that is continued or begun anew."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.core.errors import Conflicting
from apps.exports.sinks import ArchiveSink, FolderSink, file_sha256, reaches

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_only_files_whose_content_changed_are_rewritten(tmp_path: Path) -> None:
    with closing(FolderSink(tmp_path)) as sink:
        sink.write("a/one.md", b"one")
        sink.stream("a/two.bin", [b"t", b"wo"])
        assert sink.rewritten == 2
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    with closing(FolderSink(tmp_path)) as sink:
        sink.write("a/one.md", b"one")
        sink.stream("a/two.bin", [b"two"])
        assert sink.rewritten == 0
        sink.write("a/one.md", b"eno")
        assert sink.rewritten == 1
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert before.keys() == after.keys()
    assert [path.name for path in before if before[path] != after[path]] == ["one.md"]
    assert tree(tmp_path) == {"a/one.md": b"eno", "a/two.bin": b"two"}


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half of the new"
        raise OSError("gone")

    with closing(FolderSink(tmp_path)) as sink:
        sink.write("film.mp4", b"old")
        with pytest.raises(OSError, match="gone"):
            sink.stream("film.mp4", broken())
    assert tree(tmp_path) == {"film.mp4": b"old"}


def test_new_files_are_readable_as_the_umask_says(tmp_path: Path) -> None:
    with closing(FolderSink(tmp_path)) as sink:
        sink.write("a.md", b"a")
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "a.md").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("path", ["../up.md", "a/../../up.md", "/etc/up.md"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str) -> None:
    with closing(FolderSink(tmp_path / "root")) as sink, pytest.raises(ValueError, match="leads out"):
        sink.write(path, b"x")


def test_two_exports_do_not_write_into_one_folder_at_once(tmp_path: Path) -> None:
    with closing(FolderSink(tmp_path)), pytest.raises(Conflicting, match="Another export"):
        FolderSink(tmp_path)
    with closing(FolderSink(tmp_path)) as sink:
        sink.write("a", b"a")


def test_removing_takes_empty_folders_along_but_never_the_root(tmp_path: Path) -> None:
    with closing(FolderSink(tmp_path)) as sink:
        sink.write("a/b/c.md", b"c")
        sink.write("a/d.md", b"d")
        sink.remove("a/b/c.md")
        assert not (tmp_path / "a" / "b").exists()
        sink.remove("a/d.md")
        sink.remove("a/d.md")
    assert tmp_path.exists()
    assert list(tmp_path.iterdir()) == []


def test_an_archive_goes_on_at_its_mark_if_it_reaches_so_far(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    with closing(ArchiveSink(whole, moment=MOMENT)) as sink:
        sink.write("a.md", b"a" * 1000)
        sink.write("b.md", b"b" * 1000)
        sink.finish()
    with closing(ArchiveSink(parts, moment=MOMENT)) as sink:
        sink.write("a.md", b"a" * 1000)
        mark = sink.mark()
        sink.write("lost", b"lost")
    with closing(ArchiveSink(parts, moment=MOMENT, mark=mark)) as sink:
        sink.write("b.md", b"b" * 1000)
        sink.finish()
    assert file_sha256(whole / "archive.zip") == file_sha256(parts / "archive.zip")
    assert reaches(parts, mark)
    os.truncate(parts / "archive.zip", 3)
    assert not reaches(parts, mark)
