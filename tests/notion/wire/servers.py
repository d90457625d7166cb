"""Small servers for the tests of the wire: an ASGI application made from a function, and a raw one on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson


@dataclass(frozen=True)
class Seen:
    """A request as it reached the server."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True)
class Answer:
    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Seen], Answer]


class Server:
    """Answers with what `handler` returns, or with the next of the given answers; keeps what it saw."""

    def __init__(self, handler: Handler | Sequence[Answer]) -> None:
        self.seen: list[Seen] = []
        self._handler = handler

    @property
    def network(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(self)

    def _answer(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        if callable(self._handler):
            return self._handler(seen)
        return self._handler[min(len(self.seen), len(self._handler)) - 1]

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = self._answer(
            Seen(
                scope["method"],
                scope["raw_path"].decode(),
                scope["query_string"].decode(),
                {name.decode(): value.decode() for name, value in scope["headers"]},
                body,
            )
        )
        headers = {"content-type": "application/json; charset=utf-8"} if answer.json is not None else {}
        headers |= answer.headers
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        content = answer.body if answer.json is None else orjson.dumps(answer.json)
        await send({"type": "http.response.body", "body": content})


def notion_error(status: int, code: str, message: str = "", **more: Any) -> Answer:
    """An error report in Notion's shape; `retry_after` becomes the header."""
    headers = {"retry-after": str(more.pop("retry_after"))} if "retry_after" in more else {}
    report = {"object": "error", "status": status, "code": code, "message": message, "request_id": "r-1", **more}
    return Answer(status, report, headers=headers)


RawHandler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(handler: RawHandler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on 127.0.0.1 that gives each request head to `handler`, which writes any bytes. Yields the port."""

    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await handler(head, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)
