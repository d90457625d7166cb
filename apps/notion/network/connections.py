"""Connections of one client, and the TLS context that all clients share.

Why many pools with one connection each instead of one pool: httpcore's pool looks at all of its connections
for each of them on every request and release. Twenty connections cost 0.5 ms of CPU per request that way.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from typing import Protocol, cast

import httpx

from apps.notion.errors import ConnectionLost, Unreachable, redact

Network = httpx.AsyncBaseTransport

_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol)
_KEPT_OPEN = 30.0  # seconds


class OpenNetwork(Protocol):
    """What a network class named by a dotted path has to accept: one connection, one shared TLS context."""

    def __call__(self, *, verify: ssl.SSLContext, limits: httpx.Limits) -> Network: ...


@cache
def tls_context() -> ssl.SSLContext:
    """One for the process: a context of its own costs a client 17 ms and 0.8 MB."""
    return httpx.create_ssl_context()


def network_class(dotted_path: str) -> OpenNetwork:
    """The class or function called `dotted_path`, e.g. `httpx.AsyncHTTPTransport`."""
    module, _, name = dotted_path.rpartition(".")
    return cast(OpenNetwork, getattr(import_module(module), name))


def open_connection(network: str = "httpx.AsyncHTTPTransport") -> Network:
    """A transport that holds at most one connection. Close it."""
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEPT_OPEN)
    return network_class(network)(verify=tls_context(), limits=limits)


class Connections:
    """Lends out transports, the warmest first; whoever finds none free waits in line."""

    def __init__(self, transports: Sequence[Network], *, close: bool) -> None:
        self._all = tuple(transports)
        self._free = list(transports)
        self._gate = asyncio.Semaphore(len(transports))
        self._close = close

    @classmethod
    def over(cls, network: Network | str | None, count: int) -> "Connections":
        """`count` one-connection transports, or `count` loans of a given one, which stays the caller's."""
        if isinstance(network, Network):
            return cls([network] * count, close=False)
        names = [network] if network else []
        return cls([open_connection(*names) for _ in range(count)], close=True)

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Network]:
        async with self._gate:
            transport = self._free.pop()
            try:
                yield transport
            finally:
                self._free.append(transport)

    async def aclose(self) -> None:
        if self._close:
            for transport in self._all:
                await transport.aclose()


def lost(error: Exception, *secrets: str) -> ConnectionLost:
    """What a failure of httpx or the system means for the call."""
    reason = redact(f"{type(error).__name__}: {error}".removesuffix(": "), *secrets)
    return Unreachable(reason) if isinstance(error, _NOT_CONNECTED) else ConnectionLost(reason)
