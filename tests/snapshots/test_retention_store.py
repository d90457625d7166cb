"""Deleting snapshots leaves every other one as it was, byte for byte, and nothing behind that nobody shows."""

import random
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.snapshots.compare.changes import every
from apps.snapshots.compare.pair import Pair
from apps.snapshots.models import Chunk, ObjectVersion, Snapshot, SnapshotState, StoredFile
from apps.snapshots.retention.rules import Rules
from apps.snapshots.retention.selectors import preview
from apps.snapshots.retention.sweeping import first_gap
from apps.snapshots.store.bodies import CHUNK_ABOVE, chunk_digests, read_lines
from apps.snapshots.store.chunks import chunk_loader
from apps.snapshots.store.versions import FileContent, abort, alive_at, close_objects, drop
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant
from tests.snapshots.test_store import draft, make_workspace, object_id, put

pytestmark = pytest.mark.django_db
usual = hypothesis_settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def workspace(inside_acme: Tenant) -> Workspace:
    return make_workspace("one")


class Past:
    """A random history of a workspace: pages, huge pages that share chunks, files under changing names."""

    def __init__(self, workspace: Workspace, seed: int, length: int) -> None:
        self.workspace = workspace
        self._dice = random.Random(seed)
        for rows in (ObjectVersion, Chunk, StoredFile, Snapshot):
            rows.objects.all().delete()
        for number in range(1, length + 1):
            self._take(number)

    def _take(self, number: int) -> None:
        dice = self._dice
        pages = [draft(n, dice.choice("abc")) for n in range(5) if dice.random() < 0.5]
        huge = [draft(n, dice.choice("ab"), lines=CHUNK_ABOVE + 70) for n in (10, 11) if dice.random() < 0.3]
        files = [draft(n, dice.choice("ab"), file=self._file()) for n in (20, 21) if dice.random() < 0.4]
        put(self.workspace, number, *pages, *huge, *files)
        put_now = {draft.object for draft in (*pages, *huge, *files)}
        everything = {object_id(n) for n in (*range(5), 10, 11, 20, 21)}
        gone = [one for one in sorted(everything - put_now) if dice.random() < 0.2]
        close_objects(self.workspace.pk, number, gone)
        state = SnapshotState.COMPLETE if dice.random() < 0.7 else SnapshotState.INCOMPLETE
        Snapshot.objects.create(workspace=self.workspace, number=number, state=state, taken_by="suite")

    def _file(self) -> FileContent:
        words = self._dice.choice(["one", "two", "three"])
        return FileContent(sha256(words.encode()).hexdigest(), len(words), "text/plain", f"where/{words}")

    def drop_all_but(self, kept: set[int], limit: int) -> None:
        """As the job does it: the rows of the snapshots first, then what nobody shows, a few at a time."""
        Snapshot.objects.exclude(number__in=kept).delete()
        while (gap := first_gap(self.workspace.pk)) is not None:
            drop(self.workspace.pk, *gap, limit)

    def contents(self, numbers: set[int]) -> dict[int, dict[Any, Any]]:
        return {number: self._content(number) for number in numbers}

    def _content(self, number: int) -> dict[Any, Any]:
        load = chunk_loader(self.workspace.pk)
        return {
            row.object: (
                bytes(row.digest), bytes(row.body), row.title, row.parent, row.kind, row.size,
                row.file.sha256 if row.file else None,
                sha256(b"\n".join(read_lines(bytes(row.body), load))).digest(),
            )
            for row in alive_at(self.workspace.pk, number).select_related("file")
        }  # fmt: skip

    def comparisons(self, numbers: set[int]) -> list[Any]:
        shots = list(Snapshot.objects.filter(number__in=numbers).order_by("number"))
        return [list(every(Pair(before, after))) for before, after in pairwise(shots)]


def assert_nothing_is_left_over(workspace: Workspace, kept: set[int]) -> None:
    """Every version is shown by a kept snapshot, every chunk and file referred to by a version."""
    for row in ObjectVersion.objects.all():
        assert any(row.from_no <= number < row.until_no for number in kept)
    bodies = ObjectVersion.objects.filter(lines__gt=0).values_list("body", flat=True)
    wanted = {digest for body in bodies for digest in chunk_digests(bytes(body))}
    assert {bytes(digest) for digest in Chunk.objects.values_list("digest", flat=True)} == wanted
    assert set(StoredFile.objects.values_list("pk", flat=True)) == set(
        ObjectVersion.objects.filter(file__isnull=False).values_list("file", flat=True)
    )


@usual
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(2, 9),
    chosen=st.sets(st.integers(1, 9)),
    limit=st.sampled_from([1, 3, 1_000]),
)
def test_kept_snapshots_and_their_comparisons_are_the_same_before_and_after(
    workspace: Workspace, seed: int, length: int, chosen: set[int], limit: int
) -> None:
    past = Past(workspace, seed, length)
    kept = {number for number in chosen if number < length} | {length}
    before, compared = past.contents(kept), past.comparisons(kept)

    past.drop_all_but(kept, limit)

    assert past.contents(kept) == before
    assert past.comparisons(kept) == compared
    assert_nothing_is_left_over(workspace, kept)


@usual
@given(seed=st.integers(0, 10_000), chosen=st.sets(st.integers(1, 6)), rules=st.builds(Rules, last=st.integers(1, 4)))
def test_a_preview_promises_what_then_happens(workspace: Workspace, seed: int, chosen: set[int], rules: Rules) -> None:
    past = Past(workspace, seed, 7)
    Snapshot.objects.exclude(number__in=chosen | {7}).delete()  # as earlier rules have left it
    while (gap := first_gap(workspace.pk)) is not None:
        drop(workspace.pk, *gap)
    said = preview(workspace, rules, "UTC")
    versions = ObjectVersion.objects.count()
    kept = {snapshot.number for snapshot, verdict in said.rows if not verdict.goes}

    past.drop_all_but(kept, 1_000)

    assert versions - ObjectVersion.objects.count() == said.versions
    assert (said.size > 0) == (said.versions > 0)


def test_a_run_of_blocks_that_was_moved_to_another_page_stays_with_it(workspace: Workspace) -> None:
    """Blocks keep their ids when they are moved, so both pages refer to the same chunks."""
    for number, page in [(1, 10), (2, 11), (3, 11)]:
        put(workspace, number, draft(page, "a", lines=CHUNK_ABOVE + 70))
        Snapshot.objects.create(workspace=workspace, number=number, state=SnapshotState.COMPLETE, taken_by="suite")
        close_objects(workspace.pk, number, [object_id(10)] if number > 1 else [])
    Snapshot.objects.filter(number=1).delete()
    assert first_gap(workspace.pk) == (0, 2)
    drop(workspace.pk, 0, 2)
    version = alive_at(workspace.pk, 3).get()
    assert sum(1 for _ in read_lines(bytes(version.body), chunk_loader(workspace.pk))) == CHUNK_ABOVE + 70


def test_a_snapshot_that_is_still_open_keeps_what_it_may_have_to_give_back(workspace: Workspace) -> None:
    """Taking the open one back revives what it had ended, also if only a deleted snapshot had shown it."""
    for number, words in [(1, "a"), (2, "b"), (3, "c")]:
        put(workspace, number, draft(1, words))
        Snapshot.objects.create(workspace=workspace, number=number, state=SnapshotState.COMPLETE, taken_by="suite")
    Snapshot.objects.filter(number=3).update(state=SnapshotState.OPEN)
    Snapshot.objects.filter(number=2).delete()
    assert first_gap(workspace.pk) is None
    abort(workspace.pk, 3)
    assert [row.title for row in alive_at(workspace.pk, 2)] == ["b"]


def test_dropping_in_slices_takes_no_more_than_it_is_told(workspace: Workspace) -> None:
    put(workspace, 1, *(draft(n, "a") for n in range(5)))
    put(workspace, 2, *(draft(n, "b") for n in range(5)))
    assert [drop(workspace.pk, 0, 2, 2) for _ in range(4)] == [[]] * 4
    assert ObjectVersion.objects.count() == 5
