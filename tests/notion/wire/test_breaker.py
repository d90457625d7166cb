"""The circuit breaker, in virtual time."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from apps.notion.errors import (
    CircuitOpen,
    ConnectionLost,
    MalformedResponse,
    NotionError,
    ObjectNotFound,
    Overloaded,
    RateLimited,
    ServerFault,
)
from apps.notion.transports.base import Call, Json
from apps.notion.transports.breaker import BreakerTransport
from tests.notion.wire.virtual_time import now, virtually


class Notion:
    """Answers, or fails as long as `failure` is set, or only for what is `broken`; a call takes `takes` seconds."""

    def __init__(self) -> None:
        self.failure: Callable[[], NotionError] | None = None
        self.broken = ""
        self.takes = 0.0
        self.sent = 0

    async def send(self, call: Call) -> Json:
        self.sent += 1
        failure = self.failure
        await asyncio.sleep(self.takes)
        if failure is not None and self.broken in call.path:
            raise failure()
        return {}


class Stage:
    def __init__(self, **options: Any) -> None:
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.notion = Notion()
        self.breaker = BreakerTransport(
            self.notion, **{"threshold": 3, "period": 5.0, "rest": 30.0, "longest_rest": 100.0} | options, clock=now
        )
        self.call = Call("GET", "/v1/users/me", on_event=lambda kind, detail: self.events.append((kind, detail)))

    async def outcome(self) -> str:
        try:
            await self.breaker.send(self.call)
        except NotionError as error:
            return type(error).__name__
        return "answer"

    async def break_down(self) -> None:
        self.notion.failure = ServerFault
        while not self.breaker.is_open:
            await self.outcome()
            await asyncio.sleep(2.5)


@pytest.mark.parametrize("failure", [ServerFault, ConnectionLost, MalformedResponse])
def test_opens_after_failures_in_a_row_that_last(failure: type[NotionError]) -> None:
    async def main() -> None:
        stage = Stage()
        stage.notion.failure = failure
        for _ in range(3):
            assert await stage.outcome() == failure.__name__
            await asyncio.sleep(2.5)
        sent = stage.notion.sent
        with pytest.raises(CircuitOpen) as caught:
            await stage.breaker.send(stage.call)
        assert caught.value.retry_after == pytest.approx(27.5)
        assert stage.notion.sent == sent
        assert [kind for kind, _ in stage.events] == ["circuit.opened"]

    virtually(main)


def test_a_few_broken_objects_are_no_outage() -> None:
    async def main() -> None:
        stage = Stage()
        stage.notion.failure, stage.notion.broken = ServerFault, "/pages/"
        stage.call = Call("GET", "/v1/pages/1", on_event=stage.call.on_event)
        for _ in range(12):
            assert await stage.outcome() == "ServerFault"
            await asyncio.sleep(2.5)
        assert not stage.breaker.is_open
        assert stage.notion.sent == 12 + 4, "asked once per row of three"
        assert stage.events == []

    virtually(main)


def test_an_outage_is_found_out_by_the_simplest_question() -> None:
    async def main() -> None:
        stage = Stage()
        stage.call = Call("GET", "/v1/pages/1", on_event=stage.call.on_event)
        stage.notion.takes = 0.5
        stage.notion.failure = ServerFault
        for _ in range(3):
            await asyncio.gather(*(stage.outcome() for _ in range(4)))
            await asyncio.sleep(2.5)
        assert stage.breaker.is_open
        assert stage.notion.sent == 3 * 4 + 3, "one asks, however many calls fail at that moment"
        await asyncio.sleep(30)
        assert await stage.outcome() == "ServerFault"
        assert stage.notion.sent == 3 * 4 + 3 + 4
        assert [kind for kind, _ in stage.events] == ["circuit.opened", "circuit.opened"]

    virtually(main)


def test_a_probe_that_meets_a_broken_object_closes_it_when_notion_lives() -> None:
    async def main() -> None:
        stage = Stage()
        await stage.break_down()
        await asyncio.sleep(30)
        stage.notion.broken = "/pages/"
        stage.call = Call("GET", "/v1/pages/1", on_event=stage.call.on_event)
        assert await stage.outcome() == "ServerFault"
        assert not stage.breaker.is_open

    virtually(main)


def test_a_hiccup_of_many_parallel_calls_does_not_open_it() -> None:
    async def main() -> None:
        stage = Stage()
        stage.notion.failure = ServerFault
        await asyncio.gather(*(stage.outcome() for _ in range(20)))
        assert not stage.breaker.is_open

    virtually(main)


@pytest.mark.parametrize("failure", [ObjectNotFound, RateLimited])
def test_any_answer_of_notion_ends_the_row(failure: type[NotionError]) -> None:
    async def main() -> None:
        stage = Stage()
        for kind in (ServerFault, ServerFault, failure, ServerFault, ServerFault):
            stage.notion.failure = kind
            assert await stage.outcome() == kind.__name__
            await asyncio.sleep(10)
        assert not stage.breaker.is_open

    virtually(main)


def test_an_overload_neither_counts_nor_ends_the_row() -> None:
    async def main() -> None:
        stage = Stage()
        for kind in (ServerFault, Overloaded, ServerFault, Overloaded, ServerFault):
            assert not stage.breaker.is_open
            stage.notion.failure = kind
            await stage.outcome()
            await asyncio.sleep(5)
        assert stage.breaker.is_open

    virtually(main)


def test_after_a_rest_one_call_probes_and_the_others_are_held_back() -> None:
    async def main() -> None:
        stage = Stage()
        await stage.break_down()
        await asyncio.sleep(30)
        stage.notion.failure = None
        stage.notion.takes = 1.0
        outcomes = await asyncio.gather(*(stage.outcome() for _ in range(4)))
        assert outcomes == ["answer", "CircuitOpen", "CircuitOpen", "CircuitOpen"]
        assert await stage.outcome() == "answer"
        assert [kind for kind, _ in stage.events] == ["circuit.opened", "circuit.closed"]

    virtually(main)


def test_failed_probes_rest_longer_each_time_up_to_a_bound() -> None:
    async def main() -> list[float]:
        stage = Stage()
        await stage.break_down()
        rests = []
        for _ in range(4):
            with pytest.raises(CircuitOpen) as caught:
                await stage.breaker.send(stage.call)
            assert caught.value.retry_after is not None
            await asyncio.sleep(caught.value.retry_after)
            before = now()
            assert await stage.outcome() == "ServerFault"
            with pytest.raises(CircuitOpen) as caught:
                await stage.breaker.send(stage.call)
            rests.append((caught.value.retry_after or 0) - (now() - before))
        return rests

    assert virtually(main) == [60, 100, 100, 100]


def test_failures_of_calls_sent_before_the_break_do_not_prolong_it() -> None:
    async def main() -> None:
        stage = Stage()
        stage.notion.failure = ServerFault
        stage.notion.takes = 15.0
        late = asyncio.create_task(stage.outcome())
        await asyncio.sleep(0)
        stage.notion.takes = 0.0
        await stage.break_down()  # open from 5 s to 35 s
        assert await late == "ServerFault"
        await asyncio.sleep(35 - now())
        stage.notion.failure = None
        assert await stage.outcome() == "answer"

    virtually(main)


def test_a_recovered_circuit_is_as_patient_as_a_new_one() -> None:
    async def main() -> None:
        stage = Stage()
        await stage.break_down()
        await asyncio.sleep(30)
        assert await stage.outcome() == "ServerFault"  # rests for 60 s now
        await asyncio.sleep(60)
        stage.notion.failure = None
        assert await stage.outcome() == "answer"
        stage.notion.failure = ServerFault
        assert await stage.outcome() == "ServerFault"
        assert not stage.breaker.is_open
        await stage.break_down()
        with pytest.raises(CircuitOpen) as caught:
            await stage.breaker.send(stage.call)
        assert caught.value.retry_after == pytest.approx(27.5)

    virtually(main)


def test_a_cancelled_probe_leaves_room_for_the_next() -> None:
    async def main() -> None:
        stage = Stage()
        await stage.break_down()
        await asyncio.sleep(30)
        stage.notion.failure = None
        stage.notion.takes = 10.0
        probe = asyncio.create_task(stage.outcome())
        await asyncio.sleep(1)
        probe.cancel()
        await asyncio.wait([probe])
        assert await stage.outcome() == "answer"

    virtually(main)


def test_a_late_answer_from_before_the_break_does_not_close_it() -> None:
    async def main() -> None:
        stage = Stage()
        stage.notion.takes = 50.0
        early = asyncio.create_task(stage.outcome())
        await asyncio.sleep(0)
        stage.notion.takes = 0.0
        await stage.break_down()
        await asyncio.sleep(60)
        assert early.result() == "answer"
        assert stage.breaker.is_open

    virtually(main)
