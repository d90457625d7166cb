"""What carries one exchange over the network.

aiohttp carries the calls of the API: with the objects of httpx and the locks of its pool a request costs three times
the CPU. An httpx transport that is handed in, such as one that leads into an application in this process, serves as
well.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import aiohttp
import httpx
from yarl import URL

from apps.notion.errors import ConnectionLost, Unreachable, redact

Network = httpx.AsyncBaseTransport
Headers = Mapping[str, str]

FAILURES = (httpx.HTTPError, aiohttp.ClientError, OSError)
"""What is raised when an exchange fails."""
_NOT_CONNECTED = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol),
    *(aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL),
)
_KEPT_OPEN = 30.0  # seconds
_PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=10.0)
"""Whoever asks bounds the whole exchange."""


@cache
def tls_context() -> ssl.SSLContext:
    """One for the process: a context of its own costs a client 17 ms and 0.8 MB."""
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose body has yet to be read. `headers` are looked up in any case; `body` is undecoded."""

    status: int
    headers: Mapping[str, str]
    body: AsyncIterator[bytes]


class Wire(Protocol):
    def exchange(
        self, method: str, url: str, headers: Headers, body: bytes | None
    ) -> AbstractAsyncContextManager[Reply]:
        """Raises one of ``FAILURES``, also while the body is read inside the block."""

    async def aclose(self) -> None: ...


class AiohttpWire:
    """At most so many connections, kept open between exchanges. Opened at the first exchange; close it."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def exchange(self, method: str, url: str, headers: Headers, body: bytes | None) -> AsyncIterator[Reply]:
        session = self._session or self._open()
        target = URL(url, encoded=True)
        async with session.request(method, target, headers=headers, data=body, allow_redirects=False) as response:
            yield Reply(response.status, response.headers, response.content.iter_any())

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self._connections, ssl=tls_context(), keepalive_timeout=_KEPT_OPEN, enable_cleanup_closed=False
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=_PATIENCE,
        )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class HttpxWire:
    """Over a transport that stays the caller's."""

    def __init__(self, transport: Network) -> None:
        self._transport = transport

    @asynccontextmanager
    async def exchange(self, method: str, url: str, headers: Headers, body: bytes | None) -> AsyncIterator[Reply]:
        request = httpx.Request(method, url, headers=headers, content=body)
        response = await self._transport.handle_async_request(request)
        try:
            yield Reply(response.status_code, response.headers, response.aiter_raw())
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Not ours to close."""


def lost(error: Exception, *secrets: str) -> ConnectionLost:
    """What a failure of the network means for the call: whether the other side can have seen it."""
    reason = redact(f"{type(error).__name__}: {error}".removesuffix(": "), *secrets)
    return Unreachable(reason) if isinstance(error, _NOT_CONNECTED) else ConnectionLost(reason)
