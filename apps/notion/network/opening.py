"""Putting a client together."""

import asyncio
from collections.abc import Callable
from time import monotonic

from apps.notion.client import NotionClient
from apps.notion.clock import Clocks
from apps.notion.network.connections import Connections
from apps.notion.network.exchange import NetworkTransport
from apps.notion.network.wires import Network
from apps.notion.transports.base import Clock, EventCallback, Sleep
from apps.notion.transports.breaker import BreakerTransport
from apps.notion.transports.budget import BudgetTransport, RateBudget
from apps.notion.transports.rekey import Another, RekeyTransport
from apps.notion.transports.retry import RetryPolicy, RetryTransport
from apps.notion.versions import CURRENT, version_named

API_BASE = "https://api.notion.com"


def open_client(
    token: str | Callable[[], str],
    *,
    another: Another | None = None,
    base_url: str = API_BASE,
    version: str = CURRENT,
    budget: RateBudget | None = None,
    network: Network | None = None,
    connections: int = 5,
    retry: RetryPolicy | None = None,
    on_event: EventCallback | None = None,
    timeout: float = 60.0,
    clock: Clock = monotonic,
    sleep: Sleep = asyncio.sleep,
) -> NotionClient:
    """The client of one workspace: `async with open_client(token) as client`.

    A callable `token` is asked at each request; when Notion refuses one, `another` may bring the next. Without a
    `budget` that of Notion's smallest plan is kept.
    `network` is an httpx transport, which stays the caller's. `clock` and `sleep` drive budget, retries and breaker.

    `version` is one of `versions.VERSIONS`; raises `UnknownVersion` for another.

    Retries stand above the budget, so that each attempt pays; the breaker below it, so that a call which is
    held back pays nothing.
    """
    spoken = version_named(version)()
    ask = token if callable(token) else lambda: token
    lines = Connections.over(network, connections)
    clocks = Clocks()
    headers = {"Notion-Version": version}
    wire = NetworkTransport(base_url, lines, lambda: f"Bearer {ask()}", headers, timeout=timeout, hear=clocks.hear)
    kept = budget or RateBudget(clock=clock, sleep=sleep)
    paced = BudgetTransport(BreakerTransport(wire, clock=clock), kept)
    keyed = RekeyTransport(paced, ask, another) if another is not None else paced
    transport = RetryTransport(keyed, retry, clock=clock, sleep=sleep)
    return NotionClient(transport, kept, version=spoken, clocks=clocks, on_event=on_event, aclose=lines.aclose)
