"""Listing all blocks of a page: level by level, only below blocks that say they have children."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from apps.notion.client import NotionClient
from apps.notion.errors import InvalidCursor, ObjectNotFound, ValidationFailed
from apps.snapshots.capture.content import Container, PageContent

Json = dict[str, Any]
WIDTH = 4
"""How many listings of one page run at the same time."""
RESTARTS = 3


class BlockLister:
    """Fills a :class:`PageContent`.

    ``meet`` sees every block as Notion sent it, and the line that it becomes; ``listed`` is told of each portion.
    """

    def __init__(
        self,
        client: NotionClient,
        content: PageContent,
        *,
        meet: Callable[[Container, Json, bytes], None],
        listed: Callable[[], None],
    ) -> None:
        self._client = client
        self._content = content
        self._meet = meet
        self._listed = listed

    async def run(self) -> None:
        """Until nothing is pending. Raises the first error of a listing that is not the block's own fault."""
        first = self._content.next_pending()
        if first is not None:
            await self._list(first)  # most pages have one level only: no task is needed for them
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                while len(running) < WIDTH and (container := self._content.next_pending()) is not None:
                    running.add(asyncio.create_task(self._list(container)))
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _list(self, container: Container) -> None:
        try:
            await self._portions(container)
        except ValidationFailed as error:
            if container is self._content.root or isinstance(error, InvalidCursor):
                raise
            self._content.skip(container, "unreadable_content")
        except ObjectNotFound:
            if container is self._content.root:
                raise
            if container.original is not None and container.source != container.original:
                container.source = container.original
                await self._list(container)
            else:
                self._content.skip(container, "synced_elsewhere" if container.original else "vanished")

    async def _portions(self, container: Container) -> None:
        """All portions from where it stands. A dead cursor begins anew, so that the order is the page's own."""
        for _ in range(RESTARTS + 1):
            listing = partial(self._client.list_block_children, container.source)
            async for batch in self._client.paginate(listing, container.cursor):
                if batch.restarted:
                    self._content.restart(container)
                    break
                if batch.incomplete:
                    self._content.cut(container)
                lines = self._content.add(container, batch.results, batch.next_cursor)
                for block, line in zip(batch.results, lines, strict=True):
                    self._meet(container, block, line)
                self._listed()
            else:
                return
        raise InvalidCursor("The list of blocks died again and again.")
