"""The rate budget in real time, against the sandbox's fixed windows: share used, and refusals."""

import asyncio
import random
import time
from dataclasses import dataclass, field

import httpx

from apps.notion.client import NotionClient
from apps.notion.errors import RateLimited
from apps.notion.network import open_client
from apps.notion.transports.budget import RateBudget
from apps.notion.transports.retry import RetryPolicy
from apps.sandbox import Sandbox
from apps.workspaces.debits import READS, reserve_of

WORKERS = 8
ONCE = RetryPolicy(attempts=1, patience=0.0)


@dataclass
class Use:
    """``share`` is of what is allowed in the whole windows that were looked at."""

    limit: int
    window: float
    people: bool
    answered: list[float] = field(default_factory=list)
    refused: int = 0
    windows: int = 5

    @property
    def share(self) -> float:
        begin = self.answered[0] + self.window
        end = begin + self.windows * self.window
        return sum(begin <= at < end for at in self.answered) / (self.limit * self.windows)

    def __str__(self) -> str:
        people = "with" if self.people else "without"
        return (
            f"budget {self.limit} per {self.window:g} s {people} calls of people: {self.share:.1%} used over "
            f"{self.windows} windows, {self.refused} refused"
        )


async def measure(limit: int, window: float, *, people: bool) -> Use:
    """Ask for five windows and a bit as fast as the lane's budget allows."""
    sandbox = Sandbox.generate(pages=20, rate_limit=limit, rate_window=window)
    wire = httpx.ASGITransport(sandbox.app)
    use = Use(limit, window, people)
    budget = RateBudget(limit, window, reserve=reserve_of(limit), burst_at_start=False)
    lane = open_client(sandbox.token, base_url="http://sandbox.test", budget=budget, network=wire, retry=ONCE)
    free = RateBudget(10**6, window, burst=10**6)
    web = open_client(sandbox.token, base_url="http://sandbox.test", budget=free, network=wire, retry=ONCE)
    booked: list[int] = []
    until = time.monotonic() + (use.windows + 1.5) * window

    async def ask(client: NotionClient) -> None:
        try:
            await client.me()
        except RateLimited:
            use.refused += 1
        use.answered.append(time.monotonic())

    async def work() -> None:
        while time.monotonic() < until:
            await ask(lane)

    async def visit() -> None:
        dice = random.Random(limit)
        while time.monotonic() < until:
            await asyncio.sleep(dice.expovariate(5 / 3 / window))
            for _ in range(dice.choice([1, 2, 6])):
                booked.append(1)
                await ask(web)
                await asyncio.sleep(0.35 * window / 60)

    async def read() -> None:
        while time.monotonic() < until:
            await asyncio.sleep(window / READS)
            budget.debit(len(booked))
            booked.clear()

    async with lane, web, asyncio.TaskGroup() as group:
        for _ in range(WORKERS):
            group.create_task(work())
        group.create_task(read())
        if people:
            group.create_task(visit())
    use.answered.sort()
    return use
