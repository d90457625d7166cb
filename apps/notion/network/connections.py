"""Connections of one client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from apps.notion.network.wires import AiohttpWire, HttpxWire, Network, Wire


class Connections:
    """So many exchanges at a time; whoever comes later waits in line."""

    def __init__(self, wire: Wire, count: int) -> None:
        self._wire = wire
        self._gate = asyncio.Semaphore(count)

    @classmethod
    def over(cls, network: Network | None, count: int) -> "Connections":
        """`count` connections of its own, or as many exchanges at a time over a transport that stays the caller's."""
        return cls(AiohttpWire(count) if network is None else HttpxWire(network), count)

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Wire]:
        async with self._gate:
            yield self._wire

    async def aclose(self) -> None:
        await self._wire.aclose()
