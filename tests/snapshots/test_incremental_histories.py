"""Weeks of a workspace by dice: an incremental capture holds what a full sweep holds, whatever happened before it."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from apps.access.roles import Role
from apps.jobs.models import ACTIVE, Job
from apps.jobs.services import cancel_job, retry_job
from apps.sandbox.faults import Fault
from apps.snapshots.models import Snapshot, SnapshotState
from apps.snapshots.retention.selectors import obstacle
from apps.snapshots.retention.services import delete_snapshot
from tests.jobs.pending import run_pending
from tests.snapshots.editing import FULL, assert_like_a_full_sweep, plain_pages, rows_of
from tests.snapshots.interrupting import run_a_piece
from tests.snapshots.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True)


class Days:
    """The time of the story, which stands still unless it is told to go on. Captures are dated by it, too."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) - timedelta(days=5)

    def __call__(self) -> float:
        return self.now.timestamp()

    def go_on(self, dice: random.Random) -> None:
        """Seconds, as a rule: most of what happens shares its minute with something else."""
        self.now += timedelta(seconds=dice.choice([1, 1, 5, 20, 40, 3_600]))


class Story:
    """What people, captures, faults and deletions do to a workspace."""

    def __init__(self, studio: Studio, seed: int) -> None:
        self.studio, self.dice, self.days = studio, random.Random(seed), Days()
        studio.sandbox.service.settings.clock = self.days
        self.busy = {each.id for each in self.dice.sample([*plain_pages(studio), *rows_of(studio)], 4)}
        self.operator = studio.tenant.actor(Role.OPERATOR)

    def begin(self, *, full: bool = False) -> Job:
        job = self.studio.start(FULL) if full else self.studio.start()
        Snapshot.objects.filter(job_id=job.public_id).update(started_at=self.days.now)
        return job

    def captured(self, *, full: bool = False) -> Snapshot:
        job = self.begin(full=full)
        run_pending()
        return self.studio.snapshot_of(job)

    def edits(self, most: int = 5) -> None:
        for _ in range(self.dice.randint(0, most)):
            self.days.go_on(self.dice)
            self.edit()

    def edit(self) -> None:
        edit, dice, world = self.studio.sandbox.edit, self.dice, self.studio.sandbox.world
        pages, rows = plain_pages(self.studio), rows_of(self.studio)
        page, row = dice.choice(pages), dice.choice(rows)
        busy = [each for each in (*pages, *rows) if each.id in self.busy]  # what is edited now was edited just before
        either = dice.choice(busy if busy and dice.random() < 0.6 else [page, row])
        match dice.randrange(14):
            case 0 | 1 | 10 | 11 | 12 | 13:
                edit.append_paragraph(either.id, f"Word {dice.random()}", at_start=dice.random() < 0.5)
            case 2:
                edit.rename(either.id, f"Name {dice.random()}")
            case 3:
                edit.create_page(either.id, f"New {dice.random()}", "Words.")
            case 4 if row.data_source is not None:
                edit.create_page(row.data_source.id, f"New row {dice.random()}", "Words.")
            case 5:
                edit.trash(either.id)
            case 6:
                trashed = sorted(each.id for each in world.pages.values() if each.in_trash)
                edit.restore(dice.choice(trashed)) if trashed else None
            case 7:
                free = [each for each in pages if not each.children and each is not page]
                edit.move(dice.choice(free).id, page.id) if free else None
            case 8:
                edit.move(row.id, page.id)
            case 9:
                edit.comment(either.id, "Look here.")
                edit.append_paragraph(either.id, "Looked.")

    def something_happens(self) -> None:
        dice = self.dice
        match dice.randrange(8):
            case 0:
                self.captured()
            case 1:
                self.captured(full=True)
            case 2 | 3 | 7:
                self._meanwhile()
            case 4:
                self._cancelled()
            case 5:
                self._failing()
            case 6:
                self._forgotten()

    def _meanwhile(self) -> None:
        """People go on working while the capture runs."""
        self.begin(full=self.dice.random() < 0.3)
        while run_a_piece(self.dice):
            self.edits(6)

    def _cancelled(self) -> None:
        job = self.begin(full=self.dice.random() < 0.5)
        for _ in range(self.dice.randint(0, 4)):
            run_a_piece(self.dice)
            self.edits(2)
        job.refresh_from_db()
        if job.status in ACTIVE:
            cancel_job(job, actor=self.operator)
        run_pending()

    def _failing(self) -> None:
        path = self.dice.choice(["/v1/blocks/", "/query", "/v1/comments", "/files/", "/v1/search", "/v1/databases/"])
        fault = Fault("500", path=path, times=None, probability=0.3, seed=self.dice.randrange(1_000))
        self.studio.sandbox.faults.add(fault)
        job = self.begin()
        run_pending()
        self.studio.sandbox.faults.clear()
        self.edits(3)
        job.refresh_from_db()
        if self.dice.random() < 0.5 and job.has_ended and self.studio.snapshot_of(job).state != SnapshotState.COMPLETE:
            retry_job(job, actor=self.operator)
        run_pending()

    def _forgotten(self) -> None:
        snapshots = [each for each in Snapshot.objects.order_by("number") if not obstacle(each)]
        if snapshots:
            delete_snapshot(self.dice.choice(snapshots), actor=self.studio.tenant.actor(Role.ADMIN))
            run_pending()


@pytest.mark.parametrize("seed", [5, 8])
def test_whatever_happened_before_nothing_is_missed(studio: Studio, seed: int) -> None:
    story = Story(studio, seed)
    story.captured()
    for _ in range(8):
        story.edits()
        story.something_happens()
    story.edits(3)
    latest = story.captured()
    assert_like_a_full_sweep(studio, latest)
