"""The network layer against a server on loopback that can send anything."""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count

import httpx
import orjson
import pytest

from apps.notion.errors import ConnectionLost, MalformedResponse, NotionError, ServerFault, Unauthorized, Unreachable
from apps.notion.network import Connections, Network, NetworkTransport, open_client
from apps.notion.transports.base import Call
from tests.notion.wire.servers import Answer, RawHandler, Server, raw_server

TOKEN = "opaque-token-without-prefix"
GET = Call("GET", "/v1/users/me", repeatable=True)


def response(body: bytes, *, length: int | None = None, status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "content_type" not in headers:
        lines.append("content-type: application/json; charset=utf-8")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(answer: bytes, *, close: bool = False) -> RawHandler:
    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        if close:
            await writer.drain()
            writer.close()

    return handler


@asynccontextmanager
async def wire(
    port: int, *, connections: int = 1, max_body: int = 1_000_000, patience: float = 5.0, network: Network | None = None
) -> AsyncIterator[NetworkTransport]:
    lines = Connections.over(network, connections)
    try:
        yield NetworkTransport(
            f"http://127.0.0.1:{port}", lines, lambda: f"Bearer {TOKEN}", timeout=patience, max_body=max_body
        )
    finally:
        await lines.aclose()


async def failure(handler: RawHandler, **options: float) -> NotionError:
    async with raw_server(handler) as port, wire(port, **options) as transport:  # type: ignore[arg-type]
        with pytest.raises(NotionError) as caught:
            await transport.send(GET)
        return caught.value


async def reset(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def silence(head: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


PAGE = b'{"object": "page"}'


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (reset, ConnectionLost),
        (always(b"", close=True), ConnectionLost),
        (always(response(PAGE, length=500), close=True), ConnectionLost),
        (always(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", close=True), ConnectionLost),
        (always(response(b'{"object": "pa')), MalformedResponse),
        (always(response(b"<html>", content_type="text/html")), MalformedResponse),
        (always(response(gzip.compress(PAGE)[:-9], content_encoding="gzip")), MalformedResponse),
        (always(response(b"not gzip at all", content_encoding="gzip")), MalformedResponse),
        (always(response(PAGE, content_encoding="br")), MalformedResponse),
        (always(response(b"<html>", status="502 Bad Gateway", content_type="text/html")), ServerFault),
    ],
)
async def test_a_broken_exchange_has_a_name(handler: RawHandler, expected: type[NotionError]) -> None:
    assert type(await failure(handler)) is expected


async def test_an_answer_that_does_not_come_is_given_up() -> None:
    error = await failure(silence, patience=0.05)
    assert type(error) is ConnectionLost
    assert "within 0.05 seconds" in error.message


async def test_a_server_that_is_not_there_was_never_reached() -> None:
    async with raw_server(reset) as port:
        pass
    async with wire(port) as transport:
        with pytest.raises(Unreachable):
            await transport.send(GET)


@pytest.mark.parametrize("encoded", [False, True])
async def test_a_body_longer_than_the_bound_is_not_kept(encoded: bool) -> None:
    body = orjson.dumps({"object": "page", "filler": "x" * 100_000})
    answer = response(gzip.compress(body), content_encoding="gzip") if encoded else response(body)
    error = await failure(always(answer), max_body=50_000)
    assert type(error) is MalformedResponse
    assert "longer than 50000 bytes" in error.message


async def test_the_connection_is_free_again_after_a_body_that_was_too_long() -> None:
    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(response(PAGE if b"/users/me" in head else bytes(1_000_000)))

    async with raw_server(handler) as port, wire(port, max_body=50_000) as transport:
        with pytest.raises(MalformedResponse):
            await transport.send(Call("GET", "/v1/long"))
        assert await transport.send(GET) == {"object": "page"}


async def test_a_compressed_answer_is_read() -> None:
    answer = response(gzip.compress(PAGE), content_encoding="gzip")
    async with raw_server(always(answer)) as port, wire(port) as transport:
        assert await transport.send(GET) == {"object": "page"}


async def test_a_connection_is_kept_and_survives_bad_answers_and_timeouts() -> None:
    numbers = count()
    connections: set[object] = set()

    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        connections.add(writer.get_extra_info("peername"))
        number = next(numbers)
        if number == 3:
            await asyncio.sleep(30)
        writer.write(response(PAGE if number != 1 else b"{", status="200 OK" if number < 2 else "200 Fine"))

    async with raw_server(handler) as port, wire(port, patience=0.2) as transport:
        await transport.send(GET)
        with pytest.raises(MalformedResponse):
            await transport.send(GET)
        await transport.send(GET)
        assert len(connections) == 1
        with pytest.raises(ConnectionLost):
            await transport.send(GET)
        assert await transport.send(GET) == {"object": "page"}  # the only line is free again


async def test_more_calls_than_connections_wait_in_line() -> None:
    at_once = most = 0
    peers: set[object] = set()

    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        peers.add(writer.get_extra_info("peername"))
        await asyncio.sleep(0.01)
        at_once -= 1
        writer.write(response(PAGE))

    async with raw_server(handler) as port, wire(port, connections=3) as transport:
        answers = await asyncio.gather(*(transport.send(GET) for _ in range(12)))
    assert len(answers) == 12
    assert most == 3
    assert len(peers) == 3


async def test_a_cancelled_call_gives_its_connection_back() -> None:
    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        if b"/slow" in head:
            await asyncio.sleep(30)
        writer.write(response(PAGE))

    async with raw_server(handler) as port, wire(port) as transport:
        slow = asyncio.create_task(transport.send(Call("GET", "/v1/slow")))
        await asyncio.sleep(0.05)
        slow.cancel()
        await asyncio.wait([slow])
        assert await transport.send(GET) == {"object": "page"}


async def test_the_time_spent_waiting_for_a_connection_is_not_counted() -> None:
    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.06)
        writer.write(response(PAGE))

    async with raw_server(handler) as port, wire(port, patience=0.15) as transport:
        await asyncio.gather(*(transport.send(GET) for _ in range(4)))


async def test_a_connection_that_ends_without_an_answer_may_have_carried_the_call() -> None:
    async def handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with raw_server(handler) as port, wire(port) as transport:
        with pytest.raises(ConnectionLost) as caught:
            await transport.send(Call("POST", "/v1/pages", body=b"{}"))
    assert type(caught.value) is ConnectionLost


class Closing(httpx.ASGITransport):
    closed = False

    async def aclose(self) -> None:
        self.closed = True


async def test_a_network_that_was_handed_in_is_not_closed() -> None:
    network = Closing(Server([Answer(json={"object": "user"})]))
    async with open_client(TOKEN, network=network) as client:
        await client.me()
    assert not network.closed


def raising(error: Exception) -> httpx.ASGITransport:
    def handler(_: object) -> Answer:
        raise error

    return Server(handler).network


LEAKS: list[Callable[[], httpx.AsyncBaseTransport]] = [
    lambda: Server([Answer(401, {"code": "unauthorized", "message": f"{TOKEN} is invalid"})]).network,
    lambda: Server([Answer(200, body=TOKEN.encode(), headers={"content-type": "text/html"})]).network,
    lambda: raising(ConnectionResetError(f"reset while sending Bearer {TOKEN}")),
]


@pytest.mark.parametrize("network", LEAKS)
async def test_the_token_shows_up_nowhere(
    network: Callable[[], httpx.AsyncBaseTransport], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    heard: list[object] = []

    async def no_wait(_: float) -> None:
        return None

    opened = open_client(TOKEN, network=network(), sleep=no_wait, on_event=lambda kind, detail: heard.append(detail))
    async with opened as client:
        with pytest.raises(NotionError) as caught:
            await client.me()
    error = caught.value
    assert TOKEN not in f"{error}{error!r}{error.args}{vars(error)}{client!r}{heard}"
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("token", ["ntn_täst12345", "ntn_12345\nx: y", "ntn 12345 678", "", "\u200bntn_12345678"])
async def test_a_token_that_cannot_be_sent_is_refused_without_being_shown(token: str) -> None:
    server = Server([Answer(json={})])
    async with open_client(token, network=server.network) as client:
        with pytest.raises(Unauthorized) as caught:
            await client.me()
    assert caught.value.__cause__ is None
    assert token == "" or token not in f"{caught.value}{caught.value!r}"
    assert server.seen == []


async def test_the_token_is_not_logged_by_what_lies_below(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("httpcore.connection", "httpcore.http11", "aiohttp"):
        caplog.set_level(logging.DEBUG, name)
    async with raw_server(always(response(PAGE))) as port:
        async with httpx.AsyncHTTPTransport() as below, wire(port, network=below) as transport:
            await transport.send(Call("POST", "/v1/search", body=b"{}"))
        async with wire(port) as transport:
            await transport.send(Call("POST", "/v1/search", body=b"{}"))
    assert "httpcore" in {record.name.partition(".")[0] for record in caplog.records}
    assert TOKEN not in caplog.text


async def test_a_refused_token_is_told_as_such_over_a_real_connection() -> None:
    body = orjson.dumps({"object": "error", "status": 401, "code": "unauthorized", "message": "API token is invalid."})
    assert type(await failure(always(response(body, status="401 Unauthorized")))) is Unauthorized
