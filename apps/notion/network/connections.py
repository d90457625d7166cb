"""Connections of one client, and the TLS context that all clients share.

Calls of the API go through aiohttp, put under httpx: 0.22 ms of CPU per request instead of httpcore's 0.38. Each
transport holds one connection only: httpcore's pool, and whatever is named in its place, may look at all of its
connections for each of them on every request and release.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from typing import Protocol, cast

import aiohttp
import httpx

from apps.notion.errors import ConnectionLost, Unreachable, redact

Network = httpx.AsyncBaseTransport

FAILURES = (httpx.HTTPError, aiohttp.ClientError, OSError)
"""What a transport raises when an exchange fails."""
_NOT_CONNECTED = (
    *(httpx.ConnectError, httpx.UnsupportedProtocol),
    *(aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL),
)
_CALLS, _FILES = "httpx_aiohttp.AiohttpTransport", "httpx.AsyncHTTPTransport"
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


def open_connection(network: str = _FILES) -> Network:
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
        return cls([open_connection(network or _CALLS) for _ in range(count)], close=True)

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
    """What a failure of the network means for the call: whether the other side can have seen it."""
    cause = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error  # its class says more
    reason = redact(f"{type(cause).__name__}: {error}".removesuffix(": "), *secrets)
    never_sent = isinstance(cause, _NOT_CONNECTED) or type(cause) is httpx.ConnectTimeout
    return Unreachable(reason) if never_sent else ConnectionLost(reason)
