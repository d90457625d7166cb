"""The rules of the rate budget, one by one, in virtual time."""

import asyncio
from typing import Any

import pytest

from apps.notion.errors import (
    CircuitOpen,
    Conflict,
    NotionError,
    Overloaded,
    RateLimited,
    RequestBlocked,
    ServerFault,
)
from apps.notion.transports.base import Call, Json, Priority
from apps.notion.transports.budget import BudgetTransport, RateBudget
from tests.notion.wire.virtual_time import now, virtually

CALL = Call("GET", "/v1/users/me", repeatable=True)


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


def test_a_refusal_right_after_the_start_does_not_lower_the_ceiling() -> None:
    async def main() -> None:
        budget = RateBudget(180, clock=now)
        transport = BudgetTransport(Refusing(RateLimited(retry_after=30.0)), budget)
        with pytest.raises(RateLimited):
            await transport.send(CALL)
        assert budget.ceiling() == 180

    virtually(main)


REASONS = {
    "": 90,
    "public_api_request_rate_limit": 90,
    "public_api_space_request_rate_limit": 180,
    "public_api_endpoint_rate_limit": 180,
    "public_api_another_rate_limit": 90,
}
"""`rate_limit_reason` and what becomes of a ceiling of 180: only the connection's own limit says something about it."""


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_stops_the_lane_and_the_own_limit_lowers_the_ceiling(reason: str) -> None:
    async def main() -> None:
        budget = RateBudget(180, clock=now)
        await asyncio.sleep(61)
        began = now()
        additional = {"rate_limit_reason": reason} if reason else {}
        server = Refusing(RateLimited(retry_after=40.0, additional_data=additional))
        transport = BudgetTransport(server, budget)
        with pytest.raises(RateLimited):
            await transport.send(CALL)
        await asyncio.gather(*(transport.send(CALL) for _ in range(3)))
        assert server.sent[1] == pytest.approx(began + 40.5)
        assert (budget.ceiling(), budget.slowed) == (REASONS[reason], 1)

    virtually(main)


@pytest.mark.parametrize("error", [RequestBlocked, ServerFault, Conflict])
def test_what_is_not_about_the_rate_stops_nobody(error: type[NotionError]) -> None:
    async def main() -> None:
        budget = RateBudget(180, clock=now)
        await asyncio.sleep(61)
        server = Refusing(error(retry_after=40.0))
        transport = BudgetTransport(server, budget)
        with pytest.raises(error):
            await transport.send(CALL)
        await transport.send(CALL)
        assert (now(), budget.ceiling(), budget.slowed, budget.paused_for()) == (61, 180, 0, 0)

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
