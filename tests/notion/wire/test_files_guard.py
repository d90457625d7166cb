"""Where a guarded download connects to: over a network that only records, and over TLS on loopback."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from apps.notion.errors import Unreachable
from apps.notion.files import AddressPolicy, AddressRefused, FileUnavailable, StoredFile, download
from apps.notion.network import WebAddress, fetch
from tests.notion.wire.certificates import certificate_for
from tests.notion.wire.servers import raw_server
from tests.notion.wire.test_addresses import Names

CONTENT = b"content of a file"


class Recording(httpx.AsyncBaseTransport):
    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Pieces(httpx.AsyncByteStream):
    """As a real network hands a body over; httpx's own responses in memory come decoded."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield CONTENT


def served(**headers: str) -> httpx.Response:
    return httpx.Response(200, headers=headers, stream=Pieces())


async def fetch_public(url: str, network: Recording, names: Names) -> StoredFile:
    return await download(
        url, BytesIO(), max_bytes=10**6, allow=AddressPolicy.public(), network=network, resolver=names
    )


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    network = Recording(served())
    names = Names(["52.218.0.1"], ["10.0.0.1"])  # the second answer is what a rebinding attack would give
    await fetch_public("https://files.example.com:8443/a%20b.txt?x=1", network, names)
    [request] = network.requests
    assert names.asked == [("files.example.com", 8443)]
    assert (request.url.host, request.url.port) == ("52.218.0.1", 8443)
    assert request.headers["host"] == "files.example.com:8443"
    assert request.extensions["sni_hostname"] == "files.example.com"
    assert request.url.raw_path == b"/a%20b.txt?x=1"
    assert set(request.headers) == {"host", "accept", "accept-encoding"}


async def test_a_redirect_is_looked_up_and_checked_anew() -> None:
    network = Recording(httpx.Response(302, headers={"location": "https://files.example.com/b"}), served())
    with pytest.raises(AddressRefused):
        await fetch_public("https://files.example.com/a", network, Names(["52.218.0.1"], ["10.0.0.1"]))
    assert len(network.requests) == 1


async def test_when_one_address_cannot_be_reached_the_next_is_tried() -> None:
    network = Recording(httpx.ConnectError("no route"), served())
    names = Names(["2606:4700::1111", "52.218.0.1"])
    assert (await fetch_public("https://files.example.com/a", network, names)).size == len(CONTENT)
    assert [request.url.host for request in network.requests] == ["2606:4700::1111", "52.218.0.1"]


async def test_when_no_address_can_be_reached_the_file_is_unavailable_for_now() -> None:
    network = Recording(httpx.ConnectError("no route"), httpx.ConnectTimeout("late"))
    with pytest.raises(FileUnavailable, match=r"files\.example\.com could not be reached") as caught:
        await fetch_public("https://files.example.com/a", network, Names(["52.218.0.1", "52.218.0.2"]))
    assert caught.value.retryable


async def test_an_unknown_name_is_named() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(FileUnavailable, match=r"The name nowhere\.example is not known"):
        await download(
            "https://nowhere.example/a", BytesIO(), max_bytes=1, allow=AddressPolicy.public(), resolver=unknown
        )


async def test_an_encoding_that_was_not_asked_for_is_refused() -> None:
    network = Recording(served(**{"content-encoding": "br"}))
    with pytest.raises(FileUnavailable, match="not asked for"):
        await fetch_public("https://files.example.com/a", network, Names(["52.218.0.1"]))


async def test_a_body_shorter_than_announced_is_noticed_on_any_network() -> None:
    network = Recording(served(**{"content-length": str(len(CONTENT) + 1)}))
    with pytest.raises(FileUnavailable, match="came cut") as caught:
        await fetch_public("https://files.example.com/a", network, Names(["52.218.0.1"]))
    assert caught.value.retryable


# TLS


async def seen_by_tls_server(name_in_certificate: str, folder: Path) -> tuple[str | None, bytes]:
    """Fetch https://files.example.test/ from a TLS server on loopback: the server name it saw, and the request."""
    certificate = certificate_for(name_in_certificate, folder)
    server_names: list[str | None] = []
    requests: list[bytes] = []
    certificate.server.sni_callback = lambda _socket, name, _context: server_names.append(name)

    async def handler(request: bytes, writer: asyncio.StreamWriter) -> None:
        requests.append(request)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    async with raw_server(handler, certificate.server) as port:
        network = httpx.AsyncHTTPTransport(verify=certificate.client)
        try:
            target = WebAddress.parse(f"https://files.example.test:{port}/a")
            async with fetch(target, "127.0.0.1", network) as reply:
                assert b"".join([piece async for piece in reply.body]) == b"ok"
        finally:
            await network.aclose()
    return server_names[0], requests[0]


async def test_tls_speaks_of_the_name_although_the_connection_goes_to_an_address(tmp_path: Path) -> None:
    server_name, request = await seen_by_tls_server("files.example.test", tmp_path)
    assert server_name == "files.example.test"
    assert b"\r\nhost: files.example.test:" in request.lower()


async def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"files\.example\.test"):
        await seen_by_tls_server("other.example.test", tmp_path)
