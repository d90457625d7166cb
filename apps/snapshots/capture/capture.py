"""One capture from its first request to the proof that nothing is missing; the body of the job."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from apps.core.errors import ConfigError, TransientError
from apps.jobs.errors import LeaseLost
from apps.jobs.run import JobRun
from apps.jobs.unmet import UnmetObject
from apps.snapshots.capture import beginnings, endings, losses, people, retries, trust, vanished
from apps.snapshots.capture.coverage import kept_pages
from apps.snapshots.capture.failures import AccessLost
from apps.snapshots.capture.frontier import tally_of
from apps.snapshots.capture.readers import readers_of
from apps.snapshots.capture.tally import Tally
from apps.snapshots.capture.walk import FIND, READ, Walk
from apps.snapshots.capture.writer import Writer
from apps.snapshots.models import CaptureNode, Kind, NodeState, Snapshot, SnapshotState
from apps.snapshots.reasons import REASONS
from apps.snapshots.store import files as stored_files
from apps.snapshots.store.data_sources import known_data_sources
from apps.workspaces.lanes import LaneResource
from apps.workspaces.services import access_lost, access_proven

LOOK_FOR_VANISHED, RECONCILE = "Look for vanished", "Reconcile"
SECOND_TRY = 2
"""What failed for a passing reason is tried again once, at the end of the sweep."""
STAGES = (FIND, READ, LOOK_FOR_VANISHED, RECONCILE)
HEARD = ("call.recovered", "circuit.opened", "circuit.closed")


class Capture:
    """Runs, resumes or retries the capture that a snapshot stands for."""

    def __init__(self, run: JobRun, snapshot: Snapshot) -> None:
        self._run = run
        self._snapshot = snapshot
        self._lane: LaneResource = run.resource
        self._organization = ""
        self._walk = Walk(run, snapshot)
        self._writer = Writer(run, snapshot, Tally(), self._lane.budget, self._walk.working_on)

    async def go(self) -> None:
        """Returns when the snapshot has ended, or when the run is told to stop. Raises what the job is to tell."""
        self._run.result["snapshot"] = self._snapshot.public_id
        if self._snapshot.state == SnapshotState.COMPLETE:
            await self._tidy()
            return
        await self._begin()
        if await self._swept():
            await self._finish()
        elif self._run.cancelled:
            await self._take_back(SnapshotState.CANCELLED, "")

    async def _swept(self) -> bool:
        """Whether the walk came to its end. One that cannot come there ends the snapshot with what is missing."""
        try:
            return await self._sweep()
        except LeaseLost:
            raise
        except AccessLost as error:
            await self._run.checkpoint(partial(access_lost, self._lane.workspace, error.message))
            await self._end_early("access_lost")
            raise
        except TransientError:
            if self._run.job.attempt >= self._run.job.max_attempts:
                await self._end_early("not_reached")
            raise
        except Exception:
            await self._end_early("not_reached")
            raise

    async def _begin(self) -> None:
        """Open the snapshot: for the first time, after an interruption, or for a retry."""
        beginnings.refuse_another_version(self._snapshot, self._lane.client.version.date)
        if self._snapshot.state == SnapshotState.OPEN:
            await self._run.checkpoint(partial(beginnings.start, self._snapshot), stage=FIND)
        else:
            await self._run.db(beginnings.refuse_if_outdated, self._snapshot)
            await self._run.checkpoint(partial(beginnings.start_again, self._snapshot, self._run.job), stage=READ)
        self._lane.client.clocks.begin()
        self._writer.stage = self._run.job.stage
        self._walk.base = await self._run.db(trust.Base.of, self._snapshot)
        self._organization = await self._run.db(beginnings.organization_of, self._snapshot)
        self._writer.tally = await self._run.db(tally_of, self._snapshot)
        self._lane.client.know_data_sources(*await self._run.db(known_data_sources, self._snapshot))

    async def _sweep(self) -> bool:
        """Walk until nothing is left, and once more for what failed. False when told to stop."""
        client = self._lane.client.using(on_event=self._hear)
        readers = readers_of(self._run, client, self._snapshot, self._organization, self._writer.add)
        while await self._walk.go(self._writer, readers):
            if not (await self._try_again() or await self._look_for_vanished()):
                return True
            self._writer.tally = await self._run.db(tally_of, self._snapshot)
        return False

    async def _try_again(self) -> bool:
        """Whether something that failed is put back."""
        revived = await self._put(partial(retries.revive, self._snapshot, most_attempts=SECOND_TRY))
        if revived:
            self._writer.tell("info", f"{revived:,} objects that could not be read are tried once more")
        return bool(revived)

    async def _look_for_vanished(self) -> bool:
        """Whether there is something to ask for that no listing has shown, or to read that shows what has changed."""
        self._writer.stage = LOOK_FOR_VANISHED
        missing = await self._put(partial(vanished.put_missing, self._snapshot))
        if missing:
            message = f"{missing:,} objects of earlier snapshots were not listed; Notion is asked for each"
            self._writer.tell("info", message)
        outdated = await self._put(partial(vanished.put_outdated, self._snapshot))
        return bool(missing or outdated or await self._put(partial(people.put_unlisted, self._snapshot)))

    async def _put(self, put: Callable[[], int]) -> int:
        """Put nodes into the frontier; how many."""
        number = 0

        def write() -> None:
            nonlocal number
            number = put()

        await self._run.checkpoint(write, stage=self._writer.stage)
        return number

    def _hear(self, kind: str, detail: Mapping[str, Any]) -> None:
        """What the client has to tell. Waits for the rate limit are no news: the budget shows them."""
        message = str(detail.get("message", ""))
        if kind in HEARD and " 429 " not in message:
            self._writer.tell("warning" if kind == "circuit.opened" else "info", message)

    async def _finish(self) -> None:
        """Prove it and say so."""
        run, snapshot = self._run, self._snapshot
        tally = await run.db(tally_of, snapshot)
        if await run.db(_found_nothing, snapshot):
            sentence = NOTHING_SHARED.format(bot=self._lane.workspace.bot_name or "the connection")
            await self._take_back(SnapshotState.FAILED, sentence)
            raise ConfigError(sentence)
        await run.checkpoint(stage=LOOK_FOR_VANISHED, counts=tally.counts())
        await self._tell_kept()
        await self._note_losses()
        sweep = endings.Sweep.prepare(snapshot, tally, proves=await self._clock_is_right())
        try:
            await run.checkpoint(sweep.write, stage=RECONCILE, unmet=await self._named(), counts=tally.counts())
        except endings.StoreMismatch:
            await run.checkpoint(partial(endings.end_early, snapshot, tally, UNPROVEN))
            raise
        if sweep.complete:
            await run.checkpoint(partial(access_proven, self._lane.workspace))
            if vanished := await run.db(endings.vanished_since, snapshot):
                await run.event("info", f"{vanished:,} objects of earlier snapshots are no longer there")
            await self._tidy()

    async def _clock_is_right(self) -> bool:
        """Whether the time at which this capture began can be compared with those that Notion gives to edits."""
        ahead = self._lane.client.clocks.ahead()
        if ahead <= trust.MOST_AHEAD.total_seconds():
            return True
        await self._run.event("warning", CLOCK_AHEAD.format(minutes=round(ahead / 60)))
        return False

    async def _tell_kept(self) -> None:
        if self._walk.base is None:
            return
        kept = await self._run.db(kept_pages, self._snapshot)
        since = self._walk.base.snapshot.number
        await self._run.event("info", f"{kept:,} pages and rows, unedited since snapshot {since}, were not read again")

    async def _note_losses(self) -> None:
        """Raise the alert when something is no longer reachable, and lift it when all of it was met again."""
        told: list[str] = []
        if await self._put(partial(losses.note, self._snapshot)):
            while await self._put(partial(losses.mark_below, self._snapshot)):
                pass

        def write() -> None:
            told[:] = [losses.sum_up(self._snapshot)]

        await self._run.checkpoint(write)
        if told[0]:
            await self._run.event("warning", told[0])

    async def _tidy(self) -> None:
        """The frontier of a complete snapshot is of no further use."""
        await self._run.checkpoint(partial(endings.forget_nodes, self._snapshot))

    async def _end_early(self, reason: str) -> None:
        """Name everything that was seen and not read."""
        run, snapshot, after = self._run, self._snapshot, 0
        await self._note_losses()
        while rows := await run.db(endings.pending_slice, snapshot, after):
            await run.checkpoint(partial(endings.name_pending, snapshot, rows, reason))
            after = rows[-1][0]
        tally = await run.db(tally_of, snapshot, unread=NodeState.FAILED)
        sentence = REASONS[reason].sentence
        await run.checkpoint(
            partial(endings.end_early, snapshot, tally, sentence), unmet=await self._named(), counts=tally.counts()
        )

    async def _named(self) -> list[UnmetObject]:
        """What is missing, for the job's page; the snapshot lists all of it."""
        named: list[UnmetObject] = await self._run.db(endings.first_unmet, self._snapshot)
        return named

    async def _take_back(self, state: SnapshotState, reason: str) -> None:
        names: list[str] = []

        def write() -> None:
            names[:] = endings.take_back(self._snapshot, state, reason)

        await self._run.checkpoint(write, counts={}, done=0, total=0)
        await asyncio.to_thread(stored_files.forget, names)


CLOCK_AHEAD = (
    "This machine's clock is {minutes:,} minutes ahead of Notion's, so times of edits prove nothing against it. All "
    "that was read is kept, and no later capture builds on it. Whoever runs this installation should set the clock."
)
UNPROVEN = (
    "Our own check found that the store does not hold what was counted. This was logged for whoever runs this "
    "installation. What is there can be read; capture again."
)
NOTHING_SHARED = (
    "Nothing is shared with this connection: in Notion, open a page, choose Connections in its menu and add “{bot}”. "
    "Then capture again."
)


def _found_nothing(snapshot: Snapshot) -> bool:
    """Whether Notion showed neither page nor database, although it answered."""
    nodes = CaptureNode.objects.filter(snapshot=snapshot)
    content = nodes.filter(kind__in=[Kind.PAGE, Kind.ROW, Kind.DATABASE, Kind.DATA_SOURCE])
    shown = content.exclude(state__in=[NodeState.HINTED, NodeState.OUTSIDE, NodeState.SKIPPED])
    return not shown.exists() and not nodes.filter(state=NodeState.FAILED).exists()
