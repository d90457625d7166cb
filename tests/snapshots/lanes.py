"""A lane for captures under faults: the product's own, but with a client that does not wait long."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from apps.jobs.lanes import LaneAccess
from apps.notion.files import AddressPolicy
from apps.notion.network import open_client
from apps.notion.transports.budget import RateBudget
from apps.notion.transports.retry import RetryPolicy
from apps.workspaces.lanes import LaneResource, open_lane
from tests.wire import network


@asynccontextmanager
async def open_impatient_lane(lane: LaneAccess) -> AsyncIterator[LaneResource]:
    """Three attempts within milliseconds, no pace."""
    async with open_lane(lane) as opened:
        workspace = opened.workspace
        budget = RateBudget(1_000_000, 1.0, burst=1_000_000)
        wire = network(workspace.base_url)
        token = workspace.access_token
        assert token is not None
        async with open_client(
            await lane.db(_reveal, token.pk),
            base_url=workspace.base_url,
            version=workspace.api_version,
            budget=budget,
            network=wire,
            retry=RetryPolicy(attempts=3, base=0.001, cap=0.002, patience=2.0),
        ) as client:
            yield LaneResource(workspace, client, budget, AddressPolicy.loopback([workspace.base_url]), wire)


def _reveal(secret_id: int) -> str:
    from apps.keys.models import Secret
    from apps.keys.services import reveal

    return reveal(Secret.objects.select_related("key").get(pk=secret_id)).get_secret_value()
