"""Collects steps and commits them in batches, each with its checkpoint."""

from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Any

from apps.jobs.run import JobRun
from apps.notion.transports.budget import RateBudget
from apps.snapshots.capture.batch import Batch
from apps.snapshots.capture.steps import Step, Told
from apps.snapshots.capture.tally import Tally
from apps.snapshots.models import Snapshot

STEPS = 100
BYTES = 2_000_000
SECONDS = 1.0
STARVING = 0.1
LINES = 200
"""Lines of one level in the job's log; beyond that only the counts tell."""


class Writer:
    """One batch at a time. What is not committed when the process dies is read again."""

    def __init__(
        self, run: JobRun, snapshot: Snapshot, tally: Tally, budget: RateBudget, working_on: Callable[[], set[int]]
    ) -> None:
        self._run = run
        self._snapshot = snapshot
        self._budget = budget
        self._working_on = working_on
        self._steps: list[Step] = []
        self._size = 0
        self._committing: list[Step] = []
        self._told: list[Told] = []
        self._lines: Counter[str] = Counter()
        self._last = monotonic()
        self.tally = tally
        self.stage = ""

    def add(self, step: Step) -> None:
        self._steps.append(step)
        self._size += step.size

    def tell(self, level: str, message: str) -> None:
        """A line for the job's log, written with the next batch."""
        self._told.append(Told(level, message))

    @property
    def waiting(self) -> bool:
        return bool(self._steps)

    def uncommitted(self) -> set[int]:
        """Nodes with a step that is not safe yet."""
        return {step.node.id for step in (*self._steps, *self._committing)}

    def is_due(self, *, starving: bool) -> bool:
        """Whether enough has come together, or has waited long enough: less when readers wait for work in it."""
        if not self._steps:
            return False
        if len(self._steps) >= STEPS or monotonic() - self._last >= (STARVING if starving else SECONDS):
            return True
        return self._size >= BYTES

    async def flush(self) -> None:
        """Commit what has come together, and write the log."""
        steps, self._steps, self._size = self._steps, [], 0
        if steps:
            self._committing = steps
            held = frozenset(self._working_on() | self.uncommitted())
            batch: Batch = await self._run.db(Batch.prepare, self._snapshot, self.tally, steps, held)
            shown = budget_shown(self._budget)
            await self._run.checkpoint(batch.write, counts=batch.tally.counts(), stage=self.stage, budget=shown)
            self.tally, self._committing = batch.tally, []
        self._last = monotonic()
        await self._write_log([line for step in steps for line in step.told])

    async def _write_log(self, lines: list[Told]) -> None:
        told, self._told = [*self._told, *lines], []
        for line in told:
            self._lines[line.level] += 1
            if self._lines[line.level] <= LINES:
                await self._run.event(line.level, line.message)
            elif self._lines[line.level] == LINES + 1:
                await self._run.event(line.level, f"There are more lines like these ({line.level}); they are left out.")


def budget_shown(budget: RateBudget) -> dict[str, Any]:
    """The rate budget as the job page shows it; ``history`` holds calls per window, oldest first."""
    history = [window.calls for window in budget.history]
    whole = history[:-1][-10:]
    return {
        "used": budget.used(),
        "limit": budget.limit,
        "window": budget.window,
        "resets_in": round(budget.resets_in(), 1),
        "slowed": budget.slowed,
        "average": round(sum(whole) / len(whole) / budget.limit, 3) if whole else None,
        "history": history[-10:],
    }
