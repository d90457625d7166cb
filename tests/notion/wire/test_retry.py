"""Which failures are repeated, how long is waited, and what is told about it. In virtual time."""

import asyncio
import pickle
import random
from collections.abc import Mapping
from typing import Any

import pytest

from apps.notion.errors import (
    CircuitOpen,
    Conflict,
    ConnectionLost,
    InvalidCursor,
    InvalidGrant,
    MalformedResponse,
    NotInVersion,
    NotionError,
    ObjectNotFound,
    Overloaded,
    RateLimited,
    RequestBlocked,
    RestrictedResource,
    ServerFault,
    Unauthorized,
    UnknownVersion,
    Unreachable,
    ValidationFailed,
)
from apps.notion.transports.base import Call, Json
from apps.notion.transports.budget import BudgetTransport, RateBudget
from apps.notion.transports.retry import RetryPolicy, RetryTransport
from tests.notion.wire.virtual_time import now, virtually

READ = Call("GET", "/v1/pages/p1", repeatable=True)
WRITE = Call("PATCH", "/v1/pages/p1")

REPEATED_ALWAYS = [RateLimited, Overloaded, Unreachable]
REPEATED_WHEN_REPEATABLE = [ServerFault, ConnectionLost, MalformedResponse, Conflict]
NEVER_REPEATED = [
    CircuitOpen,
    InvalidCursor,
    InvalidGrant,
    NotionError,
    ObjectNotFound,
    NotInVersion,
    RequestBlocked,
    RestrictedResource,
    Unauthorized,
    UnknownVersion,
    ValidationFailed,
]


class Failing:
    """Raises the given errors one after another, then answers."""

    def __init__(self, *errors: NotionError) -> None:
        self.errors = list(errors)
        self.sent: list[float] = []

    async def send(self, call: Call) -> Json:
        self.sent.append(now())
        if self.errors:
            raise self.errors.pop(0)
        return {"object": "page"}


def sends(call: Call, *errors: NotionError, policy: RetryPolicy | None = None) -> tuple[list[float], Any]:
    """When the call was sent, and what came of it."""
    inner = Failing(*errors)

    async def main() -> Any:
        transport = RetryTransport(inner, policy, clock=now, rng=random.Random(1))
        try:
            return await transport.send(call)
        except NotionError as error:
            return error

    outcome = virtually(main)
    return inner.sent, outcome


@pytest.mark.parametrize("error", REPEATED_ALWAYS)
@pytest.mark.parametrize("call", [READ, WRITE])
def test_what_notion_did_not_act_on_is_repeated_for_every_method(error: type[NotionError], call: Call) -> None:
    sent, outcome = sends(call, error())
    assert len(sent) == 2
    assert outcome == {"object": "page"}


@pytest.mark.parametrize("error", REPEATED_WHEN_REPEATABLE)
def test_what_notion_may_have_acted_on_is_repeated_for_reads_only(error: type[NotionError]) -> None:
    assert len(sends(READ, error())[0]) == 2
    failure = error("unclear")
    assert sends(WRITE, failure) == ([0], failure)


@pytest.mark.parametrize("error", NEVER_REPEATED)
def test_what_would_fail_again_is_not_repeated(error: type[NotionError]) -> None:
    failure = error("no")
    assert sends(READ, failure) == ([0], failure)


def test_the_matrix_covers_every_class() -> None:
    def descendants(error: type[NotionError]) -> set[type[NotionError]]:
        found = {error}
        for child in error.__subclasses__():
            found |= descendants(child)
        return found

    ours = {error for error in descendants(NotionError) if error.__module__ == "apps.notion.errors"}
    assert ours == {*REPEATED_ALWAYS, *REPEATED_WHEN_REPEATABLE, *NEVER_REPEATED}


def test_faults_are_given_up_after_the_agreed_attempts() -> None:
    faults = [ServerFault(str(number), status=502) for number in range(9)]
    sent, outcome = sends(READ, *faults, policy=RetryPolicy(attempts=4))
    assert len(sent) == 4
    assert outcome is faults[3]


def test_waits_are_drawn_below_a_doubling_ceiling() -> None:
    waits: list[list[float]] = []
    for seed in range(200):
        inner = Failing(*[ServerFault() for _ in range(5)])

        async def main(inner: Failing = inner, seed: int = seed) -> None:
            policy = RetryPolicy(attempts=6, base=1.0, cap=4.0)
            await RetryTransport(inner, policy, clock=now, rng=random.Random(seed)).send(READ)

        virtually(main)
        waits.append([after - before for before, after in zip(inner.sent, inner.sent[1:], strict=False)])
    for wait, ceiling in zip(zip(*waits, strict=True), [1, 2, 4, 4, 4], strict=True):
        assert max(wait) <= ceiling
        assert max(wait) > 0.95 * ceiling
        assert min(wait) < 0.05 * ceiling


@pytest.mark.parametrize("error", [RateLimited, Overloaded, ServerFault])
def test_the_wait_that_notion_asks_for_is_kept(error: type[NotionError]) -> None:
    sent, _ = sends(READ, error(retry_after=23.0))
    assert 23.0 < sent[1] <= 24.0  # not all at the same moment


def test_pauses_are_waited_out_oftener_than_faults_are_forgiven() -> None:
    sent, outcome = sends(READ, *[RateLimited(retry_after=20.0) for _ in range(12)], policy=RetryPolicy(attempts=3))
    assert len(sent) == 13
    assert outcome == {"object": "page"}


def test_patience_ends_the_repeats_before_a_wait_that_would_pass_it() -> None:
    long = RateLimited(retry_after=700.0)
    sent, outcome = sends(READ, RateLimited(retry_after=60.0), long)
    assert len(sent) == 2
    assert outcome is long
    assert outcome.retry_after == 700.0


def told(*errors: NotionError) -> list[tuple[str, Mapping[str, Any]]]:
    events: list[tuple[str, Mapping[str, Any]]] = []
    call = Call(
        "GET",
        "/v1/blocks/b1/children?start_cursor=private",
        repeatable=True,
        on_event=lambda kind, detail: events.append((kind, detail)),
    )
    sends(call, *errors, policy=RetryPolicy(attempts=2))
    return events


def test_a_listener_hears_of_the_repeat_and_of_the_recovery() -> None:
    repeated, recovered = told(ServerFault("upstream", status=502, code="bad_gateway"))
    assert repeated[0] == "call.repeated"
    assert repeated[1]["method"] == "GET"
    assert repeated[1]["path"] == "/v1/blocks/b1/children"
    assert repeated[1]["repeats"] == 1
    wait = f"{repeated[1]['wait']:.1f}"
    assert repeated[1]["message"] == f"Notion answered 502 bad_gateway; trying again in {wait} s."
    assert recovered[0] == "call.recovered"
    assert recovered[1]["message"] == f"Notion answered 502 bad_gateway; tried again after {wait} s and succeeded."


def test_a_listener_hears_of_giving_up() -> None:
    events = told(ConnectionLost("reset"), ConnectionLost("reset"))
    assert [kind for kind, _ in events] == ["call.repeated", "call.given_up"]
    assert events[0][1]["message"].startswith("The connection to Notion was lost; trying again in")


def test_a_call_that_succeeds_or_fails_at_once_says_nothing() -> None:
    assert told() == []
    assert told(ObjectNotFound()) == []


def test_every_attempt_pays_budget() -> None:
    async def main() -> int:
        budget = RateBudget(clock=now)
        inner = Failing(ServerFault(), ConnectionLost())
        await RetryTransport(BudgetTransport(inner, budget), clock=now).send(READ)
        return budget.used()

    assert virtually(main) == 3


def test_a_cancelled_call_is_not_repeated() -> None:
    async def main() -> list[float]:
        inner = Failing(*[RateLimited(retry_after=50.0) for _ in range(3)])
        task = asyncio.create_task(RetryTransport(inner, clock=now).send(READ))
        await asyncio.sleep(10)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        return inner.sent

    assert virtually(main) == [0]


def test_errors_survive_the_way_between_processes() -> None:
    error = RateLimited("wait", status=429, code="rate_limited", retry_after=3.0)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(copy), str(copy), copy.retry_after) == (RateLimited, str(error), 3.0)
