"""The rate budget against a server with fixed windows of unknown phase, in virtual time."""

import asyncio
import random
from typing import Any

import pytest

from apps.notion.errors import CircuitOpen, Overloaded, RateLimited
from apps.notion.transports.base import Call, Json, Priority
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


async def departures(budget: RateBudget, calls: int) -> list[float]:
    sent: list[float] = []

    class Recorder:
        async def send(self, call: Call) -> Json:
            sent.append(round(now(), 3))
            return {}

    transport = BudgetTransport(Recorder(), budget)
    for _ in range(calls):
        await transport.send(CALL)
    return sent


@pytest.mark.parametrize(
    ("burst_at_start", "expected"), [(True, [0, 0, 0, 0, 0, 1, 2, 3]), (False, [0, 1, 2, 3, 4, 5, 6, 7])]
)
def test_after_the_burst_the_pace_is_even(burst_at_start: bool, expected: list[float]) -> None:
    async def main() -> list[float]:
        return await departures(RateBudget(60, burst=5, burst_at_start=burst_at_start, clock=now), 8)

    assert virtually(main) == expected


def test_an_idle_minute_earns_the_burst_again_but_not_more() -> None:
    async def main() -> list[float]:
        budget = RateBudget(60, burst=3, clock=now)
        await departures(budget, 6)
        began = now() + 100
        await asyncio.sleep(100)
        return [at - began for at in await departures(budget, 5)]

    assert virtually(main) == [0, 0, 0, 1, 2]


def test_calls_in_flight_count_until_a_window_after_their_answer() -> None:
    async def main() -> None:
        budget = RateBudget(3, 60, burst=3, clock=now)
        for _ in range(3):
            await budget.acquire()
        assert (budget.used(), budget.remaining()) == (3, 0)
        waiting = asyncio.create_task(budget.acquire())
        await asyncio.sleep(500)
        assert budget.resets_in() == 60
        assert not waiting.done()  # nothing was answered: nothing may be forgotten
        budget.release()
        await waiting
        assert now() == pytest.approx(560)
        assert budget.used() == 3

    virtually(main)


def test_people_go_before_background_work_and_each_in_order() -> None:
    async def main() -> list[str]:
        budget = RateBudget(60, burst=1, clock=now)
        order: list[str] = []

        async def one(name: str, priority: Priority) -> None:
            await budget.acquire(priority)
            order.append(name)
            budget.release()

        await budget.acquire()
        async with asyncio.TaskGroup() as group:
            for name in ("b1", "b2", "b3"):
                group.create_task(one(name, Priority.BACKGROUND))
            await asyncio.sleep(1.5)  # b1 has gone, b2 is first in line and sleeps
            for name in ("i1", "i2"):
                group.create_task(one(name, Priority.INTERACTIVE))
        return order

    assert virtually(main) == ["b1", "i1", "i2", "b2", "b3"]


def test_the_reserve_is_kept_from_background_calls() -> None:
    async def main() -> None:
        budget = RateBudget(10, 60, burst=10, reserve=3, clock=now)
        for _ in range(7):
            await budget.acquire()
            budget.release()
        background = asyncio.create_task(budget.acquire())
        for _ in range(3):
            await budget.acquire(Priority.INTERACTIVE)
        assert now() < 1
        assert not background.done()
        await background
        assert now() == pytest.approx(60)

    virtually(main)


def test_debits_of_other_processes_take_from_the_budget_for_one_window() -> None:
    async def main() -> None:
        budget = RateBudget(10, 60, clock=now)
        budget.debit(8)
        assert budget.remaining() == 2
        await departures(budget, 3)
        assert now() == pytest.approx(60)
        assert budget.history[0].calls == 10

    virtually(main)


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


class Refusing:
    """Raises what it is given, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.sent: list[float] = []

    async def send(self, call: Call) -> Json:
        self.sent.append(round(now(), 3))
        error = self.errors.pop(0) if self.errors else None
        await asyncio.sleep(0)  # others are sent meanwhile
        if error is not None:
            raise error
        return {}


@pytest.mark.parametrize("error", [RateLimited, Overloaded])
def test_a_refusal_stops_all_calls_for_as_long_as_notion_asks(error: type[RateLimited | Overloaded]) -> None:
    async def main() -> None:
        budget = RateBudget(60, burst=5, clock=now)
        server = Refusing(error(retry_after=20.0))
        transport = BudgetTransport(server, budget)
        with pytest.raises(error):
            await transport.send(CALL)
        assert budget.paused_for() == pytest.approx(20.5)
        assert budget.slowed == (error is RateLimited)
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(transport.send(CALL))
        assert server.sent == [0, 20.5, 21.5, 22.5]  # evenly, no burst after a refusal

    virtually(main)


def test_a_shorter_pause_does_not_cut_a_longer_one() -> None:
    async def main() -> None:
        budget = RateBudget(60, clock=now)
        transport = BudgetTransport(Refusing(RateLimited(retry_after=40.0), RateLimited(retry_after=5.0)), budget)
        outcomes = await asyncio.gather(transport.send(CALL), transport.send(CALL), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [RateLimited, RateLimited]
        assert budget.paused_for() == pytest.approx(40.5)
        assert budget.slowed == 2

    virtually(main)


def test_a_refusal_without_a_time_stops_for_a_while() -> None:
    async def main() -> None:
        budget = RateBudget(60, clock=now)
        server = Refusing(RateLimited())
        transport = BudgetTransport(server, budget)
        with pytest.raises(RateLimited):
            await transport.send(CALL)
        await transport.send(CALL)
        assert server.sent == [0, 10]

    virtually(main)


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


def test_a_refusal_right_after_the_start_does_not_lower_the_ceiling() -> None:
    async def main() -> None:
        budget = RateBudget(180, clock=now)
        transport = BudgetTransport(Refusing(RateLimited(retry_after=30.0)), budget)
        with pytest.raises(RateLimited):
            await transport.send(CALL)
        assert budget.ceiling() == 180

    virtually(main)


def test_a_refusal_of_one_endpoint_does_not_lower_the_ceiling() -> None:
    async def main() -> None:
        budget = RateBudget(180, clock=now)
        await asyncio.sleep(61)
        reason = {"rate_limit_reason": "public_api_endpoint_rate_limit"}
        transport = BudgetTransport(Refusing(RateLimited(additional_data=reason), RateLimited()), budget)
        for ceiling in (180, 90):
            with pytest.raises(RateLimited):
                await transport.send(CALL)
            assert budget.ceiling() == ceiling

    virtually(main)


def test_a_call_held_back_by_the_circuit_costs_nothing() -> None:
    async def main() -> None:
        budget = RateBudget(clock=now)
        with pytest.raises(CircuitOpen):
            await BudgetTransport(Refusing(CircuitOpen()), budget).send(CALL)
        assert budget.used() == 0
        assert budget.history == ()

    virtually(main)


def test_a_cancelled_waiter_leaves_the_line_and_holds_up_nobody() -> None:
    async def main() -> None:
        budget = RateBudget(60, burst=1, clock=now)
        await budget.acquire()
        tasks = [asyncio.create_task(budget.acquire()) for _ in range(4)]
        await asyncio.sleep(0.5)
        tasks[0].cancel()
        tasks[2].cancel()
        done, _ = await asyncio.wait(tasks)
        assert [task.cancelled() for task in tasks] == [True, False, True, False]
        assert len(done) == 4
        assert now() == pytest.approx(2)
        assert budget.used() == 3

    virtually(main)


def test_tells_what_the_windows_held() -> None:
    async def main() -> None:
        budget = RateBudget(60, burst=10, clock=now)
        assert budget.resets_in() == 0
        await departures(budget, 10)
        await asyncio.sleep(45)
        await departures(budget, 1)
        assert budget.used() == 11
        assert budget.resets_in() == pytest.approx(60)
        await asyncio.sleep(90)
        assert (budget.used(), budget.resets_in()) == (0, 0)
        transport = BudgetTransport(Refusing(RateLimited(retry_after=5.0)), budget)
        with pytest.raises(RateLimited):
            await transport.send(CALL)
        assert [(use.began, use.calls, use.slowed) for use in budget.history] == [(0, 11, 0), (120, 1, 1)]

    virtually(main)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"window": 0}, {"burst": 0}, {"limit": 5, "reserve": 5}])
def test_a_budget_that_lets_nothing_through_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="needs limit"):
        RateBudget(**wrong, clock=lambda: 0.0)
