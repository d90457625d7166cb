"""The rate budget against a server with fixed windows of unknown phase, in virtual time."""

import asyncio
import random

import pytest

from apps.notion.errors import RateLimited
from apps.notion.transports.base import Call, Json
from apps.notion.transports.budget import BudgetTransport, RateBudget
from tests.notion.wire.virtual_time import now, virtually

CALL = Call("GET", "/v1/users/me", repeatable=True)


class Windows:
    """Notion's limiter: fixed windows of random phase; what is over is refused and not counted."""

    def __init__(self, limit: int, seed: int, window: float = 60.0) -> None:
        self.limit, self.window = limit, window
        self.random = random.Random(seed)
        self.phase = self.random.uniform(0, window)
        self.counts: dict[int, int] = {}
        self.refused = 0
        self.arrivals: list[float] = []

    async def send(self, call: Call) -> Json:
        latency = self.random.uniform(0.1, 0.6)
        there = latency * self.random.random()
        await asyncio.sleep(there)
        self.arrivals.append(now())
        index = int((now() + self.phase) // self.window)
        full = self.counts.get(index, 0) >= self.limit
        if full:
            self.refused += 1
            left = (index + 1) * self.window - self.phase - now()
        else:
            self.counts[index] = self.counts.get(index, 0) + 1
        await asyncio.sleep(latency - there)
        if full:
            raise RateLimited(status=429, retry_after=float(int(left)))
        return {}


async def keep_sending(transport: BudgetTransport, until: float, call: Call = CALL) -> None:
    while now() < until:
        try:
            await transport.send(call)
        except RateLimited:
            continue


async def flood(transport: BudgetTransport, seconds: float, workers: int = 8) -> None:
    until = now() + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(keep_sending(transport, until))


def full_use(server: Windows, ceiling: int) -> list[float]:
    """Share of the limit used in each whole window."""
    whole = sorted(server.counts)[1:-1]
    return [server.counts[index] / ceiling for index in whole]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("limit", [180, 600])
def test_uses_the_limit_and_is_never_refused(limit: int, seed: int) -> None:
    server = Windows(limit, seed)

    async def main() -> None:
        await flood(BudgetTransport(server, RateBudget(limit, clock=now)), 600)

    virtually(main)
    use = full_use(server, limit)
    assert server.refused == 0
    assert len(use) >= 8
    assert sum(use) / len(use) >= 0.97


def test_other_windows_than_notions_are_kept_too() -> None:
    server = Windows(20, seed=3, window=5.0)

    async def main() -> None:
        await flood(BudgetTransport(server, RateBudget(20, 5.0, burst=4, clock=now)), 100)

    virtually(main)
    assert server.refused == 0
    assert min(full_use(server, 20)) >= 0.8  # latency is a tenth of this window


def test_a_lane_that_changes_hands_starts_paced_and_is_not_refused() -> None:
    refused = []
    for seed in range(8):
        server = Windows(180, seed)

        async def main(server: Windows = server, seed: int = seed) -> None:
            await flood(BudgetTransport(server, RateBudget(180, clock=now)), 90 + seed * 7)
            await asyncio.sleep(3)
            successor = RateBudget(180, burst_at_start=False, clock=now)
            await flood(BudgetTransport(server, successor), 180)

        virtually(main)
        refused.append(server.refused)
    assert refused == [0] * 8


def test_other_processes_that_report_late_fit_into_the_reserve() -> None:
    server = Windows(180, seed=11)
    reserve = 3 + 180 // 100

    async def main() -> None:
        budget = RateBudget(180, reserve=reserve, clock=now)

        async def somebody_else() -> None:
            for _ in range(60):
                await asyncio.sleep(15)
                await server.send(CALL)
                asyncio.get_running_loop().call_later(3, budget.debit, 1)

        async with asyncio.TaskGroup() as group:
            group.create_task(flood(BudgetTransport(server, budget), 900))
            group.create_task(somebody_else())

    virtually(main)
    assert server.refused == 0


def test_a_plan_smaller_than_believed_is_learnt() -> None:
    server = Windows(180, seed=5)

    async def main() -> RateBudget:
        budget = RateBudget(600, clock=now)
        await flood(BudgetTransport(server, budget), 1800, workers=5)
        return budget

    budget = virtually(main)
    assert budget.slowed == server.refused
    blind = 30 * 5  # five calls in flight refused in each of thirty windows
    assert server.refused <= blind / 5
    assert sum(full_use(server, 180)) / len(full_use(server, 180)) >= 0.85


def test_the_ceiling_is_given_back_when_notion_stops_refusing() -> None:
    server = Windows(60, seed=9)

    async def main() -> tuple[int, int]:
        budget = RateBudget(180, clock=now)
        transport = BudgetTransport(server, budget)
        await flood(transport, 400)
        lowered = budget.ceiling()
        server.limit = 180
        await flood(transport, 7200)
        return lowered, budget.ceiling()

    lowered, later = virtually(main)
    assert lowered < 120
    assert later == 180
