"""A capture of a thousand pages while requests fail by dice: the snapshot is the undisturbed one, or names the gap."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.jobs.models import Job, Lane
from apps.jobs.services import retry_job
from apps.sandbox import RandomFaults, Sandbox
from apps.sandbox.faults import Fault
from apps.snapshots.models import Snapshot, SnapshotState, Unmet
from apps.snapshots.store.versions import alive_at
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.snapshots.studio import Studio, assert_equals_the_truth
from tests.wire import serve, stop_serving

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "http://a-thousand-pages.test"
RATE = 0.06
"""Share of the requests that are struck, once or twice each."""
_undisturbed: list["Holding"] = []
"""Captured once: the sandbox makes the same workspace each time."""


@dataclass(frozen=True)
class Holding:
    """All that a snapshot holds and says. Equal for equal workspaces, whoever captured them."""

    objects: Counter[tuple[Any, ...]]
    gaps: set[tuple[str, str, str]]
    counts: dict[str, dict[str, int]]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Holding":
        columns = ("kind", "title", "sort_key", "lines", "file__sha256")
        rows = alive_at(snapshot.workspace_id, snapshot.number).values_list("object", "parent", *columns, "digest")
        objects = Counter((str(one), kind, str(above), *row, bytes(raw)) for one, above, kind, *row, raw in rows)
        return cls(objects, gaps(snapshot), snapshot.counts)

    @property
    def ids(self) -> set[str]:
        return {row[0] for row in self.objects}

    def missing_in(self, other: "Holding", told_by: set[str]) -> set[str]:
        """What the other does not hold, but for files and discussions, which only ``told_by`` can have told of."""
        missing = [row for row in self.objects if row[0] not in other.ids]
        assert all(row[2] in told_by for row in missing if row[1] == "discussion")
        return {row[0] for row in missing if row[1] not in ("file", "discussion")}


def gaps(snapshot: Snapshot, *outcomes: str) -> set[tuple[str, str, str]]:
    found = Unmet.objects.filter(snapshot=snapshot)
    if outcomes:
        found = found.filter(outcome__in=outcomes)
    return {(kind, str(object_id), reason) for kind, object_id, reason in found.values_list("kind", "object", "reason")}


@pytest.fixture
def studio(acme: Tenant, settings: Settings) -> Iterator[Studio]:
    settings.JOBS = {**settings.JOBS, "lane_opener": "tests.snapshots.lanes.open_hasty_lane"}
    sandbox = Sandbox.generate(pages=1000, seed=5, base_url=ADDRESS)
    serve(sandbox, ADDRESS)
    with scope(acme.organization.pk):
        yield Studio.connect(acme, sandbox, ADDRESS)
    stop_serving(ADDRESS)


def twin(studio: Studio) -> Studio:
    """The same workspace, connected once more by the same connection, without any history."""
    other = Studio.connect(studio.tenant, studio.sandbox, ADDRESS, studio.sandbox.token)
    other.workspace.notion_id += f" {other.workspace.pk}"
    other.workspace.save()
    return other


def captured(studio: Studio) -> Snapshot:
    """To its end: on a machine that stands still for seconds, the hurried client may give up, and the job goes on."""
    snapshot = studio.capture()
    job = Job.objects.get(public_id=snapshot.job_id)
    for _ in range(5):
        if snapshot.state != SnapshotState.OPEN:
            break
        Job.objects.filter(pk=job.pk).update(not_before=None)
        Lane.objects.filter(jobs=job).update(waiting_since=timezone.now())
        run_pending()
        snapshot.refresh_from_db()
    return snapshot


@pytest.fixture
def undisturbed(studio: Studio) -> Holding:
    if not _undisturbed:
        snapshot = twin(studio).capture()
        assert snapshot.state == SnapshotState.COMPLETE
        assert_equals_the_truth(studio, snapshot)
        _undisturbed.append(Holding.of(snapshot))
    return _undisturbed[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_faults_that_pass_change_nothing(studio: Studio, undisturbed: Holding, seed: int) -> None:
    faults = studio.sandbox.faults.random = RandomFaults(seed, RATE)
    snapshot = captured(studio)
    struck = faults.struck
    assert len(struck) >= 12, struck
    assert struck.total() > 100
    assert snapshot.state == SnapshotState.COMPLETE, gaps(snapshot, "failed", "capped")
    assert Holding.of(snapshot) == undisturbed


def broken(studio: Studio, dice: random.Random) -> dict[str, str]:
    """Objects that stay broken, with the path of what does not work about each."""
    truth, world = studio.sandbox.expected(), studio.sandbox.world
    filled = sorted(truth["blocks"])
    pages = [page for page in filled if world.pages[page].data_source is None]
    rows = [page for page in filled if world.pages[page].data_source is not None]
    paths = {page: f"/v1/blocks/{page}/children" for page in (*dice.sample(pages, 3), *dice.sample(rows, 3))}
    paths |= {source: f"/v1/data_sources/{source}/query" for source in dice.sample(sorted(truth["data_sources"]), 2)}
    return paths | {view: f"/v1/views/{view}" for view in dice.sample(sorted(truth["views"]), 2)}


@pytest.mark.parametrize("seed", [3])
def test_what_stays_broken_is_named_and_nothing_else_is_missing(
    studio: Studio, undisturbed: Holding, seed: int
) -> None:
    dice = random.Random(seed)
    wrong = broken(studio, dice)
    studio.sandbox.faults.random = RandomFaults(seed, RATE)
    for path in wrong.values():
        studio.sandbox.faults.add(
            Fault(dice.choice(["500", "504", "html", "reset", "truncated"]), path=path, times=None)
        )
    snapshot = captured(studio)
    held = Holding.of(snapshot)
    assert snapshot.state == SnapshotState.INCOMPLETE
    assert {object_id for _, object_id, _ in gaps(snapshot, "failed", "capped")} == wrong.keys()
    unread = {object_id for object_id, path in wrong.items() if not path.endswith("/query")}
    assert undisturbed.missing_in(held, told_by=unread) == unread
    assert held.objects <= undisturbed.objects
    studio.sandbox.faults.clear()
    job = Job.objects.get(public_id=snapshot.job_id)
    retry_job(job, actor=studio.tenant.actor(Role.OPERATOR))
    run_pending()
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.COMPLETE
    assert Holding.of(snapshot) == undisturbed


@pytest.mark.parametrize("seed", [4])
def test_what_vanishes_meanwhile_is_in_or_named(studio: Studio, undisturbed: Holding, seed: int) -> None:
    pages, filled = studio.sandbox.world.pages, sorted(studio.sandbox.expected()["blocks"])
    doomed = [pages[page] for page in random.Random(seed).sample(filled, 12)]
    studio.sandbox.faults.random = RandomFaults(seed, RATE)
    for page in doomed:
        studio.sandbox.faults.add(Fault("vanish", path=f"/v1/blocks/{page.id}/children", target=page.id))
    snapshot = captured(studio)
    held, left = Holding.of(snapshot), studio.sandbox.expected()
    assert snapshot.state == SnapshotState.COMPLETE
    named = {object_id for _, object_id, reason in gaps(snapshot) if reason in ("vanished", "trashed")}
    assert {page.id for page in doomed} <= held.ids | named
    assert len(named & {page.id for page in doomed}) > 6
    for kind in ("pages", "rows", "databases", "data_sources"):
        assert left[kind] <= held.ids, kind
    assert held.ids <= undisturbed.ids
