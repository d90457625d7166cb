"""Where exports are made: one at a time in each workshop, in little memory, and cleared when abandoned."""

import os
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from django.utils import timezone

from apps.core.errors import TransientError
from apps.exports.formats import FORMATS
from apps.exports.making import ABANDONED_AFTER, make_archive, workshop
from apps.exports.rendering import Order
from apps.exports.tally import Tally
from apps.snapshots.models import Snapshot, SnapshotState
from tests.exports.samples import incomplete
from tests.exports.watching import Onlooker, switches
from tests.exports.worlds import World, paragraph, text

SCHEMA = {
    "Name": {"id": "title", "name": "Name", "type": "title", "title": {}},
    "Notes": {"id": "n", "name": "Notes", "type": "rich_text", "rich_text": {}},
}


def test_two_processes_cannot_make_the_same_export_at_once() -> None:
    with (
        workshop("exp_1"),
        pytest.raises(TransientError, match="has not let go"),
        workshop("exp_1"),
    ):
        raise AssertionError("The second one got in.")
    with workshop("exp_1") as again:
        assert again.is_dir()


def test_what_nobody_came_back_to_is_cleared_and_the_rest_is_not() -> None:
    with workshop("exp_old") as old, workshop("exp_new") as new:
        (old / "archive.zip").write_bytes(b"half")
        (new / "archive.zip").write_bytes(b"half")
    long_ago = time.time() - ABANDONED_AFTER - 60
    os.utime(old, (long_ago, long_ago))
    with workshop("exp_other"):
        assert not old.exists()
        assert (new / "archive.zip").exists()


class Weighing(Onlooker):
    """Notes the memory of the process at each checkpoint."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: list[int] = []

    def tell(self, stage: str, tally: Tally) -> None:
        super().tell(stage, tally)
        self.weights.append(psutil.Process().memory_info().rss)


@pytest.mark.parametrize("key", FORMATS)
def test_memory_does_not_grow_with_the_workspace(key: str, world: World, tmp_path: Path) -> None:
    """Between the first tenth and the end it stays the same, give or take, while 9 MB pass through."""
    top = world.page("Top")
    for number in range(250):
        if number % 5 == 0:
            source = world.data_source("Rows", world.database("Rows", top), SCHEMA)
        words = f"{number} " * 700
        notes = {"id": "n", "type": "rich_text", "rich_text": [text(words) for _ in range(15)]}
        world.row(f"Row {number}", source, {"Notes": notes}, [paragraph(words) for _ in range(15)])
    form = FORMATS[key]
    order = Order(world.close(), form, switches(form, True))
    weighing = Weighing()
    made = make_archive(order, tmp_path, weighing, pace=0.01)
    assert made is not None
    assert made.summary.content_size > 9_000_000
    assert len(weighing.weights) > 10
    start = weighing.weights[len(weighing.weights) // 10]
    assert max(weighing.weights) - start < 5_000_000


class Meddling(Onlooker):
    """Somebody retries the capture of an incomplete snapshot while it is exported."""

    def tell(self, stage: str, tally: Tally) -> None:
        super().tell(stage, tally)
        Snapshot.objects.update(state=SnapshotState.COMPLETE, finished_at=timezone.now())


def test_a_snapshot_whose_capture_goes_on_meanwhile_is_exported_anew(world: World, tmp_path: Path) -> None:
    form = FORMATS["json"]
    snapshot = incomplete(world)
    with pytest.raises(TransientError, match="exported anew"):
        make_archive(Order(snapshot, form, {"attachments": True}), tmp_path, Meddling())
    before = Order(snapshot, form, {}).fingerprint
    snapshot.refresh_from_db()
    assert Order(snapshot, form, {}).fingerprint != before
    made = make_archive(Order(snapshot, form, {"attachments": True}), tmp_path, Onlooker())
    assert made is not None
    assert made.summary.complete
