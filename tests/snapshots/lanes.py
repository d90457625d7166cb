"""A lane for captures under faults: the product's own, but with a client that does not wait long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from apps.jobs.lanes import LaneAccess
from apps.keys.models import Secret
from apps.keys.services import reveal
from apps.notion.files import AddressPolicy
from apps.notion.network import open_client
from apps.notion.transports.budget import RateBudget
from apps.notion.transports.retry import RetryPolicy
from apps.workspaces.lanes import LaneResource, open_lane
from tests.wire import network

HASTE = 100.0
"""More, and a busy machine uses up the client's patience by itself."""


def hasty_clock() -> float:
    return monotonic() * HASTE


async def hasty_sleep(seconds: float) -> None:
    await asyncio.sleep(seconds / HASTE)


@asynccontextmanager
async def open_hasty_lane(lane: LaneAccess) -> AsyncIterator[LaneResource]:
    """The usual patience, in a time that runs a hundred times faster."""
    async with open_lane(lane) as opened:
        workspace = opened.workspace
        budget = RateBudget(1_000_000, 60.0, burst=1_000_000, clock=hasty_clock, sleep=hasty_sleep)
        wire = network(workspace.base_url)
        async with open_client(
            await _token(lane, opened),
            base_url=workspace.base_url,
            version=workspace.api_version,
            budget=budget,
            network=wire,
            clock=hasty_clock,
            sleep=hasty_sleep,
        ) as client:
            yield LaneResource(workspace, client, budget, AddressPolicy.loopback([workspace.base_url]), wire)


@asynccontextmanager
async def open_impatient_lane(lane: LaneAccess) -> AsyncIterator[LaneResource]:
    """Three attempts within milliseconds, no pace."""
    async with open_lane(lane) as opened:
        workspace = opened.workspace
        budget = RateBudget(1_000_000, 1.0, burst=1_000_000)
        wire = network(workspace.base_url)
        async with open_client(
            await _token(lane, opened),
            base_url=workspace.base_url,
            version=workspace.api_version,
            budget=budget,
            network=wire,
            retry=RetryPolicy(attempts=3, base=0.001, cap=0.002, patience=2.0),
        ) as client:
            yield LaneResource(workspace, client, budget, AddressPolicy.loopback([workspace.base_url]), wire)


async def _token(lane: LaneAccess, opened: LaneResource) -> str:
    key = opened.workspace.key
    assert key is not None
    return str(await lane.db(_reveal, key.access_token_id))


def _reveal(secret_id: int) -> str:
    return reveal(Secret.objects.select_related("key").get(pk=secret_id)).get_secret_value()
