"""Exporting into a folder of somebody's own, again and again."""

import json
from pathlib import Path
from typing import Any

import pytest

from apps.core.errors import Conflicting, Invalid
from apps.exports.foreground import export_to
from apps.exports.formats import FORMATS
from apps.exports.formats.base import Format
from apps.exports.making import make_folder
from apps.exports.rendering import Order
from apps.snapshots.models import Snapshot, SnapshotState
from tests.exports.archives import Opened
from tests.exports.conftest import Make
from tests.exports.samples import ordinary
from tests.exports.watching import Onlooker, switches
from tests.exports.worlds import World, paragraph

OPTIONS = {"attachments": True, "comments": True}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def times(root: Path) -> dict[str, int]:
    return {str(path.relative_to(root)): path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


def pages(world: World, *words: str, state: SnapshotState = SnapshotState.COMPLETE) -> Snapshot:
    """A later snapshot of the same workspace with these pages, and no others."""
    known = Snapshot.objects.filter(workspace=world.workspace).count()
    fresh = (
        world if known == 1 and not world.snapshot.finished_at else World(number=known + 1, workspace=world.workspace)
    )
    if fresh is not world:
        Snapshot.objects.filter(pk=world.snapshot.pk).update(state=SnapshotState.COMPLETE)
        fresh.forget_all()
    for one in words:
        fresh.page(one, "", [paragraph(f"This is {one}.")], id=world.id(one))
    return fresh.close(state)


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
def test_a_folder_holds_the_files_of_the_archive(form: Format, world: World, make: Make, out: Path) -> None:
    options = switches(form, True)
    snapshot = ordinary(world)
    archive, summary = make(Order(snapshot, form, options))
    found = export_to(out, snapshot, format=form.key, options=options)
    assert found == summary
    assert Opened.folder(out).files == Opened.at(archive).files


@pytest.mark.parametrize(
    "options", [{}, {"naming": "slug", "layout": "by_date"}, {"naming": "title", "layout": "flat", "depth": 1}]
)
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
def test_a_second_run_touches_nothing(form: Format, options: dict[str, Any], world: World, out: Path) -> None:
    snapshot = ordinary(world)
    export_to(out, snapshot, format=form.key, options=options)
    before = times(out)
    assert len(before) > 2
    export_to(out, snapshot, format=form.key, options=options)
    assert times(out) == before


def test_another_arrangement_moves_the_files_and_leaves_none_behind(world: World, out: Path) -> None:
    snapshot = ordinary(world)
    export_to(out, snapshot, format="markdown")
    export_to(out, snapshot, format="markdown", options={"naming": "title", "layout": "by_type"})
    Opened.folder(out).check_manifest()
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "attachments",
        "databases",
        "manifest.json",
        "pages",
        "rows",
    ]


def test_a_later_snapshot_rewrites_what_changed_and_removes_what_is_gone(world: World, out: Path) -> None:
    export_to(out, pages(world, "Kept", "Gone"), format="markdown")
    (out / "my own notes.txt").write_text("mine")
    before = times(out)
    export_to(out, pages(world, "Kept", "New"), format="markdown")
    after = times(out)
    names = {path.split(" ")[0] for path in after}
    assert names == {"Kept", "New", "README.md", "manifest.json", "my"}
    (kept,) = [path for path in after if path.startswith("Kept")]
    assert after[kept] == before[kept]
    Opened(
        {path: data for path, data in Opened.folder(out).files.items() if path != "my own notes.txt"}
    ).check_manifest()


def test_a_file_that_somebody_changed_is_not_removed(world: World, out: Path) -> None:
    export_to(out, pages(world, "Kept", "Gone"), format="markdown")
    (gone,) = out.glob("Gone *.md")
    gone.write_text("I have added my own words.")
    export_to(out, pages(world, "Kept"), format="markdown")
    assert gone.read_text() == "I have added my own words."


def test_an_incomplete_export_removes_nothing_and_the_next_complete_one_does(world: World, out: Path) -> None:
    export_to(out, pages(world, "Kept", "Gone"), format="markdown")
    partial = export_to(out, pages(world, "Kept", state=SnapshotState.INCOMPLETE), format="markdown")
    assert not partial.complete
    assert list(out.glob("Gone *.md"))
    kept = json.loads((out / "manifest.json").read_text())["kept_from_an_earlier_export"]
    assert [entry["path"].split(" ")[0] for entry in kept] == ["Gone"]
    assert export_to(out, pages(world, "Kept"), format="markdown").complete
    assert not list(out.glob("Gone *.md"))


def test_a_folder_with_other_things_in_it_is_refused(world: World, out: Path) -> None:
    snapshot = ordinary(world)
    (out / "README.md").write_text("my project")
    with pytest.raises(Conflicting, match="Nothing was written"):
        export_to(out, snapshot, format="markdown")
    (out / "manifest.json").write_text('{"name": "a web app"}')
    with pytest.raises(Conflicting, match="Nothing was written"):
        export_to(out, snapshot, format="markdown")
    assert sorted(path.name for path in out.iterdir()) == ["README.md", "manifest.json"]
    (out.parent / "other" / ".git").mkdir(parents=True)
    assert export_to(out.parent / "other", snapshot, format="markdown").complete


def test_a_run_that_was_cut_off_can_be_repeated(world: World, out: Path) -> None:
    snapshot = ordinary(world)
    order = Order(snapshot, FORMATS["markdown"], OPTIONS)
    assert make_folder(order, out, Onlooker(stop_at=4), pace=0.0) is None
    assert json.loads((out / "manifest.json").read_text())["complete"] is False
    assert export_to(out, snapshot, format="markdown").complete
    Opened.folder(out).check_manifest()


def test_an_archive_is_put_in_place_at_once_and_told_of_by_its_progress(world: World, make: Make, out: Path) -> None:
    snapshot = ordinary(world)
    told: list[tuple[str, int, int]] = []
    target = out / "new folder" / "acme.zip"
    export_to(target, snapshot, format="markdown", progress=lambda *facts: told.append(facts))
    archive, _ = make(Order(snapshot, FORMATS["markdown"], OPTIONS))
    assert target.read_bytes() == archive.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == ["acme.zip"]
    assert told[-1][1:] == (16, 16)


def test_what_is_not_known_or_not_ready_is_refused(world: World, out: Path) -> None:
    with pytest.raises(Conflicting, match="still being captured"):
        export_to(out / "a", world.snapshot, format="markdown")
    snapshot = ordinary(world)
    with pytest.raises(Invalid, match="no export format"):
        export_to(out / "a", snapshot, format="docx")
    with pytest.raises(Invalid, match="no option"):
        export_to(out / "a", snapshot, format="json", options={"x": True})
    assert not (out / "a").exists()
