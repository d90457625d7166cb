"""What every format owes, swept over the registry: a format is tested the day it is registered."""

import os
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from django.db import connection

from apps.core.errors import Invalid
from apps.exports.formats import FORMATS, checked_options, format_named
from apps.exports.formats.base import Format
from apps.exports.making import make_archive
from apps.exports.rendering import Order
from apps.exports.sinks import file_sha256
from apps.snapshots.models import Snapshot
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.samples import hostile, incomplete, ordinary
from tests.exports.watching import Onlooker, switches
from tests.exports.worlds import World

each_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())


def order(snapshot: Snapshot, form: Format, **options: bool) -> Order:
    return Order(snapshot, form, checked_options(form, options))


def test_the_formats_of_the_first_release_are_there() -> None:
    assert {"csv", "json", "markdown"} <= FORMATS.keys()
    for key, form in FORMATS.items():
        assert (form.key, format_named(key)) == (key, form)
        assert isinstance(form, Format)
        assert form.label
        assert form.summary.endswith(".")


def test_what_is_not_known_is_refused_with_what_there_is() -> None:
    with pytest.raises(Invalid, match=r"There are: csv, .*json, markdown"):
        format_named("pdf")
    with pytest.raises(Invalid, match="Its options: pages, depth, naming, layout, attachments, comments"):
        checked_options(FORMATS["markdown"], {"colour": True})
    with pytest.raises(Invalid, match="true or false"):
        checked_options(FORMATS["markdown"], {"comments": "yes"})
    with pytest.raises(Invalid, match="is one of: title_and_id, title, slug, date, id"):
        checked_options(FORMATS["markdown"], {"naming": "number"})
    with pytest.raises(Invalid, match="neither an id nor the address"):
        checked_options(FORMATS["markdown"], {"pages": ["Home"]})
    with pytest.raises(Invalid, match="whole number from 0"):
        checked_options(FORMATS["markdown"], {"depth": -1})


def test_options_that_are_not_given_are_at_the_default_of_their_format() -> None:
    common: dict[str, Any] = {"pages": [], "depth": None, "naming": "title_and_id", "layout": "hierarchical"}
    assert checked_options(FORMATS["markdown"], {"comments": False}) == {
        **common,
        "attachments": True,
        "comments": False,
    }
    assert checked_options(FORMATS["json"], {})["naming"] == "id"
    twice = ["0A1B2C3D000040008000123456789012", "https://www.notion.so/Plan-0a1b2c3d000040008000123456789012?pvs=4"]
    assert checked_options(FORMATS["json"], {"pages": twice})["pages"] == ["0a1b2c3d-0000-4000-8000-123456789012"]


@each_format
def test_everything_is_accounted_for_and_every_file_is_as_the_manifest_says(
    form: Format, world: World, make: Make
) -> None:
    archive, summary = make(order(ordinary(world), form))
    opened = Opened.at(archive)
    opened.check_manifest()
    assert summary.complete
    assert opened.manifest["complete"] is True
    assert opened.manifest["counts"] == summary.counts
    for row in summary.counts.values():
        assert row["seen"] == row["done"] + row["skipped"] + row["capped"] + row["failed"]
    assert {kind: row["seen"] for kind, row in summary.counts.items()} == {
        "pages": 2,
        "databases": 1,
        "data sources": 1,
        "rows": 2,
        "views": 1,
        "users": 1,
        "comments": 3,
        "files": 5,
    }
    skipped = sum(row["skipped"] for row in summary.counts.values())
    assert skipped == sum(entry["count"] for entry in opened.manifest["skipped"])
    assert summary.file_count == len(opened.content())
    assert summary.content_size == sum(map(len, opened.content().values()))


@each_format
def test_the_same_snapshot_gives_the_same_bytes(form: Format, world: World, make: Make) -> None:
    snapshot = ordinary(world)
    assert make(order(snapshot, form))[0].read_bytes() == make(order(snapshot, form))[0].read_bytes()


@each_format
@pytest.mark.parametrize("options", [True, False])
def test_a_hostile_workspace_gives_harmless_paths(form: Format, options: bool, world: World, make: Make) -> None:
    chosen = switches(form, options)
    archive, summary = make(order(hostile(world), form, **chosen))
    opened = Opened.at(archive)
    opened.check_manifest()
    assert summary.complete
    seen: set[str] = set()
    for path in opened.files:
        assert not PurePosixPath(path).is_absolute()
        assert ".." not in PurePosixPath(path).parts
        assert PureWindowsPath(path).parts == PurePosixPath(path).parts
        assert len(path.encode()) < 1000
        for part in path.split("/"):
            assert part.strip(" .") == part
            assert 0 < len(part.encode()) <= 200
            assert not PureWindowsPath(part).is_reserved()
            assert not {unicodedata.category(one) for one in part if one != "\u200d"} & {"Cc", "Cf", "Cs"}
        folded = unicodedata.normalize("NFD", path).casefold()
        assert folded not in seen
        seen.add(folded)


@each_format
def test_a_run_that_is_interrupted_anywhere_ends_with_the_same_bytes(
    form: Format, world: World, make: Make, tmp_path: Path
) -> None:
    wanted = order(ordinary(world), form)
    whole = file_sha256(make(wanted)[0])
    folder = tmp_path / "interrupted"
    folder.mkdir()
    runs = 0
    while (made := make_archive(wanted, folder, Onlooker(stop_at=2), pace=0.0)) is None:
        runs += 1
        assert runs < 50, "it gets on by one object at least each time"
    assert runs > 5
    assert file_sha256(made.archive) == whole


@each_format
def test_what_was_half_written_when_the_process_died_is_written_anew(
    form: Format, world: World, make: Make, tmp_path: Path
) -> None:
    wanted = order(ordinary(world), form)
    whole = file_sha256(make(wanted)[0])
    folder = tmp_path / "killed"
    folder.mkdir()
    assert make_archive(wanted, folder, Onlooker(stop_at=6), pace=0.0) is None
    with (folder / "archive.zip").open("ab") as archive, (folder / "directory").open("ab") as directory:
        archive.write(b"PK\x03\x04 half an entry")
        directory.write(b"PK\x01\x02 half")
    made = make_archive(wanted, folder, Onlooker())
    assert made is not None
    assert file_sha256(made.archive) == whole


@each_format
def test_a_workshop_of_another_order_or_one_that_lost_its_archive_is_begun_anew(
    form: Format, world: World, make: Make, tmp_path: Path
) -> None:
    wanted = order(ordinary(world), form)
    folder = tmp_path / "workshop"
    folder.mkdir()
    other = order(wanted.snapshot, form, **switches(form, False))
    assert make_archive(other, folder, Onlooker(stop_at=8), pace=0.0) is None
    made = make_archive(wanted, folder, Onlooker())
    assert made is not None
    whole = file_sha256(make(wanted)[0])
    assert file_sha256(made.archive) == whole
    lost = tmp_path / "lost"
    lost.mkdir()
    assert make_archive(wanted, lost, Onlooker(stop_at=5), pace=0.0) is None
    os.truncate(lost / "archive.zip", 10)
    made = make_archive(wanted, lost, Onlooker())
    assert made is not None
    assert file_sha256(made.archive) == whole


@each_format
def test_an_incomplete_snapshot_says_so_and_names_what_is_missing(form: Format, world: World, make: Make) -> None:
    archive, summary = make(order(incomplete(world), form))
    manifest = Opened.at(archive).manifest
    assert not summary.complete
    assert summary.gap == "the snapshot lacks 1 of 2 objects"
    assert manifest["complete"] is False
    assert manifest["snapshot"]["state"] == "incomplete"
    (missing,) = manifest["not_in_snapshot"]
    assert (missing["title"], missing["outcome"]) == ("Board minutes", "failed")
    assert "Share them with the connection" in missing["reason"]


@each_format
def test_a_missing_and_a_changed_file_are_named_and_nothing_else_is_lost(
    form: Format, world: World, make: Make, own_storage: Path
) -> None:
    snapshot = ordinary(world)
    whole = Opened.at(make(order(snapshot, form))[0]).content()
    stored = {path.stat().st_size: path for path in own_storage.rglob("*") if path.is_file()}
    stored[210_000].unlink()
    stored[14].write_bytes(b"%PDF-1.7 forge")
    archive, summary = make(order(snapshot, form))
    opened = Opened.at(archive)
    opened.check_manifest()
    assert not summary.complete
    wanted = {
        "cover.jpg": "The stored file is no longer in the file store.",
        "proof.pdf": "The stored file was changed in the file store after it was captured.",
    }
    if form.key == "csv":
        del wanted["cover.jpg"]  # a table shows no covers
    assert summary.gap == f"{len(wanted)} of 16 objects could not be written"
    assert {failed["title"]: failed["reason"] for failed in opened.manifest["failed"]} == wanted
    lost = {path.rpartition(".")[2] for path in whole.keys() - opened.content().keys()}
    assert lost == {title.rpartition(".")[2] for title in wanted}
    assert all(whole[path] == data for path, data in opened.content().items())


@pytest.mark.django_db(transaction=True)
def test_another_process_with_another_hash_seed_gives_the_same_bytes(
    transactional_world: World, make: Make, own_storage: Path, tmp_path: Path
) -> None:
    snapshot = ordinary(transactional_world)
    here = {key: make(order(snapshot, form))[0].read_bytes() for key, form in FORMATS.items()}
    assert elsewhere(own_storage, snapshot, tmp_path / "there") == 0
    for key, archive in here.items():
        assert (tmp_path / "there" / key / "archive.zip").read_bytes() == archive


@pytest.mark.django_db(transaction=True)
def test_after_a_kill_another_process_goes_on_and_gives_the_same_bytes(
    transactional_world: World, make: Make, own_storage: Path, tmp_path: Path
) -> None:
    snapshot = ordinary(transactional_world)
    assert elsewhere(own_storage, snapshot, tmp_path / "there", "7") == -signal.SIGKILL
    (begun,) = (tmp_path / "there").iterdir()
    wanted = order(snapshot, FORMATS[begun.name])
    onlooker = Onlooker()
    made = make_archive(wanted, begun, onlooker, pace=0.0)
    assert made is not None
    assert made.archive.read_bytes() == make(wanted)[0].read_bytes()
    assert len(onlooker.stages) < sum(row["seen"] for row in made.summary.counts.values()), "it did not start over"


def elsewhere(store: Path, snapshot: Snapshot, folder: Path, *more: str) -> int:
    facts = [str(connection.settings_dict["NAME"]), str(store), snapshot.public_id, str(folder), *more]
    return subprocess.run(
        [sys.executable, "-m", "tests.exports.elsewhere", *facts],
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "4321", "DJANGO_SETTINGS_MODULE": "notionhub.settings.test"},
    ).returncode


def test_what_every_order_of_a_format_depends_on_is_in_its_fingerprint(world: World) -> None:
    snapshot = ordinary(world)
    orders = [
        order(snapshot, FORMATS["json"]),
        order(snapshot, FORMATS["markdown"]),
        order(snapshot, FORMATS["markdown"], comments=False),
    ]
    prints: list[Any] = [one.fingerprint for one in orders]
    assert all(prints.count(one) == 1 for one in prints)
