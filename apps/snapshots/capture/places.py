"""Questions about where an object lies that only Notion can answer."""

from functools import partial
from uuid import UUID

from apps.notion.client import NotionClient
from apps.notion.errors import ObjectNotFound
from apps.snapshots.capture.anatomy import place_of
from apps.snapshots.capture.steps import Node, Step, hint

DEEPEST = 100


class Places:
    """Asks for parents, and looks again where something was seen."""

    def __init__(self, client: NotionClient) -> None:
        self._client = client

    async def climb(self, block: UUID, step: Step) -> UUID | None:
        """From a block up to the page that holds it, which is noted as found; None when it is not shared."""
        for _ in range(DEEPEST):
            try:
                place = place_of(await self._client.retrieve_block(str(block)))
            except ObjectNotFound:
                return None
            if place.block is None:
                if place.container is not None and place.kind is not None:
                    step.found.append(hint(place.container, place.kind))
                return place.container
            block = place.block
        return None

    async def still_lists(self, node: Node) -> bool:
        """Whether the listing in which an object was seen still shows it: if so, it is not deleted but closed to us.

        A listing that Notion cut off shows nothing of the kind, and so the object counts as still there.
        """
        if node.place is None:
            return False
        try:
            listing = partial(self._client.list_block_children, str(node.place))
            async for batch in self._client.paginate(listing):
                if any(block["id"] == node.notion_id for block in batch.results):
                    return True
                if batch.incomplete:
                    return True
        except ObjectNotFound:
            return False
        return False
