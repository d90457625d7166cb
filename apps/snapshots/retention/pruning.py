"""The job that applies a workspace's rules and gives back room.

It goes on wherever it was cut off, because each step looks at what there is.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from apps.core.errors import Conflicting, TransientError
from apps.jobs.run import JobRun
from apps.snapshots.retention.selectors import retention_of, verdicts
from apps.snapshots.retention.services import delete_snapshot, retention_actor
from apps.snapshots.retention.sweeping import first_gap, kept_files, shrink, sweep, unreferenced
from apps.snapshots.store.files import forget, forget_unfinished
from apps.snapshots.store.versions import forget_unused_files
from apps.workspaces.models import Workspace

R = TypeVar("R")
STAGES = ("Apply the rules", "Free the store", "Remove files")
DELETE, SWEEP, FILES = STAGES
AWAY = (
    "The file store did not answer. Snapshots that were deleted stay deleted; their files are removed when it answers"
    " again."
)


class Pruning:
    """One run over one workspace. ``organization`` is its public id."""

    def __init__(self, run: JobRun, workspace: Workspace, organization: str) -> None:
        self._run = run
        self._workspace = workspace
        self._organization = organization

    async def go(self) -> None:
        """Until there is nothing left to do, or somebody says stop. Raises :class:`TransientError`."""
        while await self._apply() and await self._sweep() and await self._remove_files():
            if not await self._run.db(_is_left, self._workspace):
                return

    async def _apply(self) -> bool:
        """Delete what the rules do not keep, an operation each. False when told to stop, as the other steps."""
        doomed = await self._run.db(_doomed, self._workspace)
        await self._run.checkpoint(stage=DELETE)
        for number in doomed:
            if self._run.stopping:
                return False
            told: list[str] = []
            await self._run.checkpoint(partial(_delete, self._workspace, number, told))
            await self._run.event("info", told[-1])
        return not self._run.stopping

    async def _sweep(self) -> bool:
        await self._run.checkpoint(stage=SWEEP)
        while await self._run.db(first_gap, self._workspace.pk):
            if self._run.stopping:
                return False
            await self._run.checkpoint(partial(sweep, self._workspace.pk))
        free, before = await self._run.db(shrink), -1
        while free not in (0, before):
            if self._run.stopping:
                return False
            free, before = await self._run.db(shrink), free
        return not self._run.stopping

    async def _remove_files(self) -> bool:
        await self._run.checkpoint(partial(forget_unused_files, self._workspace.pk), stage=FILES)
        folders, removed = kept_files(self._organization, self._workspace), 0
        while (names := await _of_the_store(partial(_next, folders))) is not None:
            unused = await self._run.db(unreferenced, self._workspace.pk, names)
            self._run.check_lease()
            await _of_the_store(partial(forget, unused))
            removed += len(unused)
            if self._run.stopping:
                return False
        await _of_the_store(partial(forget_unfinished, self._organization, self._workspace.public_id))
        if removed:
            await self._run.event("info", f"{removed:,} unused {'file' if removed == 1 else 'files'} removed")
        return True


async def _of_the_store(function: Callable[[], R]) -> R:
    """Storages raise whatever their library raises."""
    try:
        return await asyncio.to_thread(function)
    except Exception as error:
        raise TransientError(AWAY) from error


def _next(folders: Iterator[list[str]]) -> list[str] | None:
    return next(folders, None)


def _doomed(workspace: Workspace) -> list[int]:
    """Numbers of the snapshots that the rules do not keep, oldest first."""
    said = verdicts(workspace, retention_of(workspace))
    return [snapshot.number for snapshot, verdict in reversed(said) if verdict.goes]


def _is_left(workspace: Workspace) -> bool:
    return bool(_doomed(workspace)) or first_gap(workspace.pk) is not None


def _delete(workspace: Workspace, number: int, told: list[str]) -> None:
    """Delete one snapshot if the rules still say so: somebody may have protected it, or changed them."""
    found = {snapshot.number: (snapshot, verdict) for snapshot, verdict in verdicts(workspace, retention_of(workspace))}
    snapshot, verdict = found.get(number, (None, None))
    if snapshot is None or verdict is None or not verdict.goes:
        told.append(f"Snapshot {number} is kept, or gone already")
        return
    try:
        delete_snapshot(snapshot, because=verdict.because, actor=retention_actor(workspace.organization_id))
        told.append(f"Snapshot {number} deleted: {verdict.because}")
    except Conflicting as error:
        told.append(error.message)
