"""The wire: the only module that imports httpx. Everything above it speaks of calls and answers.

Why many pools with one connection each instead of one pool: httpcore's pool looks at all of its connections
for each of them on every request and release. Twenty connections cost 0.5 ms of CPU per request that way.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from time import monotonic
from typing import Protocol, cast

import httpx

from apps.notion.answers import read_answer
from apps.notion.client import NotionClient
from apps.notion.encoding import CutShort, Gunzip, TooLong
from apps.notion.errors import ConnectionLost, MalformedResponse, NotionError, Unreachable, redact
from apps.notion.transports.base import Call, Clock, EventCallback, Json, Sleep
from apps.notion.transports.breaker import BreakerTransport
from apps.notion.transports.budget import BudgetTransport, RateBudget
from apps.notion.transports.retry import RetryPolicy, RetryTransport

Network = httpx.AsyncBaseTransport
Headers = list[tuple[bytes, bytes]]

API_VERSION = "2026-03-11"
MAX_BODY = 64 * 1024 * 1024  # bytes; 100 rows with full rich text stay far below
_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol)


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
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=30.0)
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


class NetworkTransport:
    """The innermost layer: makes the exchange and reads the answer. Neither repeats nor waits.

    `headers` go with every call; `authorization` gives the value of that header and is asked each time, so
    a key can change while the client lives. `timeout` bounds one whole exchange, in seconds.
    """

    def __init__(
        self,
        base_url: str,
        connections: Connections,
        authorization: Callable[[], str],
        headers: dict[str, str] | None = None,
        *,
        timeout: float = 60.0,
        max_body: int = MAX_BODY,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._connections = connections
        self._authorization = authorization
        self._timeout = timeout
        self._max_body = max_body
        self._extensions = {"timeout": {"connect": 10.0, "read": None, "write": None, "pool": None}}
        self._headers: Headers = [
            (b"host", httpx.URL(self.base_url).netloc),
            (b"accept", b"application/json"),
            (b"accept-encoding", b"gzip"),
            *(
                (name.lower().encode("ascii"), value.encode("ascii"))
                for name, value in (headers or {}).items()
            ),
        ]

    async def send(self, call: Call) -> Json:
        authorization = self._authorization()
        secret = authorization.partition(" ")[2]
        request = self._request(call, authorization)
        try:
            async with self._connections.lend() as transport, asyncio.timeout(self._timeout):
                response = await transport.handle_async_request(request)
                try:
                    body = await self._read(response)
                finally:
                    await response.aclose()
        except (httpx.HTTPError, OSError) as error:
            raise self._lost(error, secret) from error
        return read_answer(response.status_code, response.headers, body, secret)

    def _request(self, call: Call, authorization: str) -> httpx.Request:
        body = call.body or b""
        headers = [*self._headers, (b"authorization", authorization.encode("ascii"))]
        if call.body is not None:
            headers.append((b"content-type", b"application/json"))
        if body or call.method in ("POST", "PATCH"):
            headers.append((b"content-length", str(len(body)).encode()))
        return httpx.Request(
            call.method,
            self.base_url + call.target,
            headers=headers,
            stream=httpx.ByteStream(body),
            extensions=self._extensions,
        )

    async def _read(self, response: httpx.Response) -> bytes:
        encoding = response.headers.get("content-encoding", "identity").lower()
        pieces: list[bytes] = []
        size = 0
        async for piece in response.aiter_raw():
            size += len(piece)
            if size > self._max_body:
                raise self._unreadable(response, f"It is longer than {self._max_body} bytes.")
            pieces.append(piece)
        body = b"".join(pieces)
        if encoding == "identity" or not body:
            return body
        if encoding != "gzip":
            raise self._unreadable(response, f"It is encoded as {redact(encoding)}, which was not asked for.")
        gunzip = Gunzip(self._max_body)
        try:
            body = gunzip.feed(body)
            gunzip.finish()
        except TooLong as error:
            raise self._unreadable(response, f"It is longer than {self._max_body} bytes.") from error
        except CutShort as error:
            raise self._unreadable(response, "Its compressed body is damaged or cut.") from error
        return body

    def _unreadable(self, response: httpx.Response, message: str) -> MalformedResponse:
        return MalformedResponse(
            message, status=response.status_code, edge_ray=response.headers.get("cf-ray")
        )

    def _lost(self, error: Exception, secret: str) -> NotionError:
        if isinstance(error, TimeoutError):
            return ConnectionLost(f"No complete answer within {self._timeout:g} seconds.")
        reason = redact(f"{type(error).__name__}: {error}".removesuffix(": "), secret)
        return Unreachable(reason) if isinstance(error, _NOT_CONNECTED) else ConnectionLost(reason)


def open_client(
    token: str | Callable[[], str],
    *,
    base_url: str = "https://api.notion.com",
    version: str = API_VERSION,
    budget: RateBudget | None = None,
    network: Network | str | None = None,
    connections: int = 5,
    retry: RetryPolicy | None = None,
    on_event: EventCallback | None = None,
    timeout: float = 60.0,
    clock: Clock = monotonic,
    sleep: Sleep = asyncio.sleep,
) -> NotionClient:
    """The client of one workspace: `async with open_client(token) as client`.

    A callable `token` is asked at each request. Without a `budget` that of Notion's smallest plan is kept.
    `network` is an httpx transport (it stays the caller's), or the dotted path of a class that is opened once
    per connection as `cls(verify=…, limits=…)`. `clock` and `sleep` drive budget, retries and breaker.

    Retries stand above the budget, so that each attempt pays; the breaker below it, so that a call which is
    held back pays nothing.
    """
    ask = token if callable(token) else lambda: token
    lines = Connections.over(network, connections)
    wire = NetworkTransport(
        base_url, lines, lambda: f"Bearer {ask()}", {"Notion-Version": version}, timeout=timeout
    )
    kept = budget or RateBudget(clock=clock, sleep=sleep)
    paced = BudgetTransport(BreakerTransport(wire, clock=clock), kept)
    transport = RetryTransport(paced, retry, clock=clock, sleep=sleep)
    return NotionClient(transport, kept, on_event=on_event, aclose=lines.aclose)
