"""Calls to Notion that a person's request made in another process than the lane's: written by one, read by the other.

One connection has one limit at Notion, wherever its calls come from. The lane keeps the budget; a web process takes
from its reserve at once, waits for nobody, and says so by a row before each call.
"""

import asyncio
from datetime import timedelta

from django.utils import timezone

from apps.jobs.lanes import LaneAccess
from apps.notion.transports.budget import RateBudget
from apps.workspaces.models import BudgetDebit, Workspace

READS = 60
"""How often a lane reads the debits in one window: each second, when the window is Notion's."""
EASE = 5
"""How much seldomer while less than half of the limit is used: no debit can matter then."""


def book(workspace: Workspace, calls: int = 1) -> None:
    """Tell the workspace's lane of calls. Bookkeeping, not an operation; runs in the organization's scope."""
    BudgetDebit.objects.create(workspace=workspace, calls=calls)


def forget_old(workspace: Workspace) -> None:
    """Remove what no lane needs any more."""
    now = timezone.now()
    BudgetDebit.objects.filter(workspace=workspace, at__lt=now - timedelta(seconds=2 * workspace.rate_window)).delete()


def reserve_of(limit: int) -> int:
    """Calls per window that background work leaves to people until their debits are read."""
    return min(3 + limit // 200, limit - 1)


class DebitReader:
    """Takes from the lane's budget what others have booked; begins with the last window."""

    def __init__(self, lane: LaneAccess, workspace: Workspace, budget: RateBudget) -> None:
        self._lane = lane
        self._workspace = workspace
        self._budget = budget
        self._last = 0

    async def read(self) -> None:
        self._last, calls = await self._lane.db(_since, self._workspace, self._last)
        if calls:
            self._budget.debit(calls)

    async def follow(self) -> None:
        """Read again and again, until cancelled."""
        rest = self._workspace.rate_window / READS
        while True:
            await asyncio.sleep(rest if 2 * self._budget.used() > self._budget.limit else rest * EASE)
            await self.read()


def _since(workspace: Workspace, last: int) -> tuple[int, int]:
    """The newest row, and the calls of the rows after ``last``."""
    fresh = BudgetDebit.objects.filter(workspace=workspace, pk__gt=last)
    if not last:
        fresh = fresh.filter(at__gt=timezone.now() - timedelta(seconds=workspace.rate_window))
    rows = list(fresh.order_by("pk").values_list("pk", "calls"))
    return (rows[-1][0] if rows else last), sum(calls for _, calls in rows)
