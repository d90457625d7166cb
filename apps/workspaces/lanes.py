"""What the jobs of one workspace share while a worker holds its lane: client, budget, file downloads."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from apps.jobs.errors import LeaseLost
from apps.jobs.lanes import LaneAccess
from apps.notion.client import NotionClient
from apps.notion.files import AddressPolicy
from apps.notion.network import Network, open_client
from apps.notion.transports.budget import RateBudget
from apps.workspaces.debits import DebitReader, reserve_of
from apps.workspaces.keys.current import CurrentKey
from apps.workspaces.models import Workspace
from apps.workspaces.probe import network_for

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LaneResource:
    """``network`` is None on the real network; ``addresses`` says from where files may be fetched."""

    workspace: Workspace
    client: NotionClient
    budget: RateBudget
    addresses: AddressPolicy
    network: Network | None


@asynccontextmanager
async def open_lane(lane: LaneAccess) -> AsyncIterator[LaneResource]:
    """The lane's one client. It starts without a burst: the lane may have just come from another worker.

    The key is asked for at each request, and so is the lease: a worker that has lost the lane calls no more. A key that
    is promoted or refreshed meanwhile is taken up, one that is revoked stops the jobs.
    Raises :class:`ConfigError` when the workspace has no key any more.
    """
    workspace = await lane.db(_load, lane.key.removeprefix("workspace:"))
    key = CurrentKey(lane, workspace)
    await key.look()
    limit = workspace.rate_limit
    budget = RateBudget(limit, workspace.rate_window, burst_at_start=False, reserve=reserve_of(limit))
    network = network_for(workspace.base_url)
    async with open_client(
        key.token,
        another=key.another,
        base_url=workspace.base_url,
        version=workspace.api_version,
        budget=budget,
        network=network,
    ) as client:
        debits = DebitReader(lane, workspace, budget)
        await debits.read()
        following = [asyncio.create_task(each.follow()) for each in (debits, key)]
        try:
            yield LaneResource(workspace, client, budget, address_policy(workspace.base_url), network)
        finally:
            for task in following:
                task.cancel()
            await asyncio.wait(following)
            _report(following)
            await key.note_use()


def _report(following: list[asyncio.Task[None]]) -> None:
    """A lane that follows no debits still keeps its reserve, and one that follows no key still asks when it is refused;
    whoever runs this should know."""
    for task in following:
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, LeaseLost):
            logger.error("a lane stopped following its workspace", exc_info=error)


def address_policy(base_url: str) -> AddressPolicy:
    """Public HTTPS only; the files of a sandbox (plain HTTP, this machine) come from the sandbox as well."""
    return AddressPolicy.loopback([base_url]) if base_url.startswith("http://") else AddressPolicy.public()


def _load(public_id: str) -> Workspace:
    return Workspace.objects.select_related("key").get(public_id=public_id)
