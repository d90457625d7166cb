"""Guarded downloads: real ones from loopback, and public ones over a network that only records."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from apps.notion.errors import Unreachable
from apps.notion.files import (
    AddressPolicy,
    AddressRefused,
    FileError,
    FileTooLarge,
    FileUnavailable,
    FileUrlExpired,
    StoredFile,
    download,
    file_name,
)
from apps.notion.network import WebAddress, fetch
from tests.notion.wire.certificates import certificate_for
from tests.notion.wire.servers import RawHandler, raw_server
from tests.notion.wire.test_addresses import Names

CONTENT = bytes(range(256)) * 400


def head(status: str = "200 OK", **headers: str | int) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def whole(body: bytes = CONTENT, status: str = "200 OK", **headers: str | int) -> RawHandler:
    async def handler(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(head(status, **({"content_length": len(body)} | headers)) + body)

    return handler


async def get(
    handler: RawHandler, path: str = "/files/report.pdf", *, max_bytes: int = 1_000_000, patience: float = 5.0
) -> tuple[StoredFile, bytes]:
    """Download from a real server on loopback."""
    sink = BytesIO()
    async with raw_server(handler) as port:
        origin = f"http://127.0.0.1:{port}"
        stored = await download(
            origin + path, sink, max_bytes=max_bytes, allow=AddressPolicy.loopback([origin]), patience=patience
        )
    return stored, sink.getvalue()


async def refusal(handler: RawHandler, path: str = "/files/report.pdf", **options: float) -> FileError:
    with pytest.raises(FileError) as caught:
        await get(handler, path, **options)  # type: ignore[arg-type]
    return caught.value


async def test_a_file_is_streamed_hashed_and_described() -> None:
    stored, written = await get(whole(content_type="Application/PDF; charset=binary"))
    assert written == CONTENT
    assert stored == StoredFile(
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        size=len(CONTENT),
        content_type="application/pdf",
        name="report.pdf",
    )


async def test_an_empty_file_without_a_type_is_a_file() -> None:
    stored, written = await get(whole(b""))
    assert (stored.size, written, stored.content_type) == (0, b"", "application/octet-stream")


async def test_a_file_of_exactly_the_allowed_size_passes_and_one_byte_more_does_not() -> None:
    assert (await get(whole(), max_bytes=len(CONTENT)))[0].size == len(CONTENT)
    assert type(await refusal(whole(), max_bytes=len(CONTENT) - 1)) is FileTooLarge


async def test_a_file_announced_as_too_large_is_not_begun() -> None:
    sink = BytesIO()
    async with raw_server(whole()) as port:
        origin = f"http://127.0.0.1:{port}"
        with pytest.raises(FileTooLarge):
            await download(origin, sink, max_bytes=len(CONTENT) - 1, allow=AddressPolicy.loopback([origin]))
    assert sink.getvalue() == b""


async def endless(request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(head(transfer_encoding="chunked"))
    while not writer.is_closing():
        writer.write(b"1000\r\n" + bytes(4096) + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def test_an_endless_file_is_cut_off() -> None:
    sink = BytesIO()
    async with raw_server(endless) as port:
        origin = f"http://127.0.0.1:{port}"
        with pytest.raises(FileTooLarge):
            await download(origin, sink, max_bytes=100_000, allow=AddressPolicy.loopback([origin]))
    assert len(sink.getvalue()) <= 100_000


async def test_a_small_body_that_unpacks_to_a_large_one_is_cut_off() -> None:
    bomb = gzip.compress(bytes(5_000_000))
    assert len(bomb) < 10_000
    assert type(await refusal(whole(bomb, content_encoding="gzip"), max_bytes=10_000)) is FileTooLarge


async def test_a_file_that_is_stored_compressed_is_unpacked() -> None:
    _, written = await get(whole(gzip.compress(CONTENT), content_encoding="gzip"))
    assert written == CONTENT


async def slow(request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(head(content_length=1000) + b"x")
    await writer.drain()
    await asyncio.sleep(30)


async def abort(request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(head(content_length=1000) + b"x" * 500)
    await writer.drain()
    writer.transport.abort()


async def cut(request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(head(content_length=1000) + b"x" * 500)
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    "handler", [abort, cut, whole(gzip.compress(CONTENT)[:-20], content_encoding="gzip"), whole(status="503 Busy")]
)
async def test_a_download_that_breaks_off_may_be_tried_again(handler: RawHandler) -> None:
    error = await refusal(handler)
    assert type(error) is FileUnavailable
    assert error.retryable


async def test_a_download_that_does_not_move_is_given_up() -> None:
    error = await refusal(slow, patience=0.1)
    assert type(error) is FileUnavailable
    assert error.retryable
    assert "within 0.1 seconds" in str(error)


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "204 No Content", "302 Found"])
async def test_a_file_that_is_not_given_out_is_final(status: str) -> None:
    error = await refusal(whole(b"", status=status))
    assert type(error) is FileUnavailable
    assert not error.retryable
    assert error.status == int(status[:3])


EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
SIGNATURE = "?X-Amz-Expires=3600&X-Amz-Signature=0a1b2c"


@pytest.mark.parametrize(
    ("body", "status", "query"),
    [
        (EXPIRED, "403 Forbidden", SIGNATURE),
        (b"", "403 Forbidden", SIGNATURE),
        (b"<Error><Code>ExpiredToken</Code></Error>", "400 Bad Request", SIGNATURE),
        (EXPIRED, "403 Forbidden", ""),
    ],
)
async def test_an_expired_url_is_told_apart_and_its_signature_kept_secret(body: bytes, status: str, query: str) -> None:
    error = await refusal(whole(body, status=status), f"/files/report.pdf{query}")
    assert type(error) is FileUrlExpired
    assert error.retryable
    assert "0a1b2c" not in f"{error}{error!r}{error.__cause__!r}"


async def test_a_sink_that_fails_is_not_mistaken_for_the_network() -> None:
    class Full:
        def write(self, data: bytes, /) -> object:
            raise OSError(28, "No space left on device")

    async with raw_server(whole()) as port:
        origin = f"http://127.0.0.1:{port}"
        with pytest.raises(OSError, match="No space left"):
            await download(origin, Full(), max_bytes=10**6, allow=AddressPolicy.loopback([origin]))


# Redirects


def hops(*targets: str) -> RawHandler:
    """Redirects from each target to the next, then serves the file."""
    left = list(targets)

    async def handler(request: bytes, writer: asyncio.StreamWriter) -> None:
        if left:
            writer.write(head("302 Found", location=left.pop(0), content_length=0))
        else:
            writer.write(head(content_length=len(CONTENT)) + CONTENT)

    return handler


async def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    stored, written = await get(hops("/1", "2", "/3/x", "/4", "/5/final.png"), "/start")
    assert written == CONTENT
    assert stored.name == "start"
    error = await refusal(hops("/1", "/2", "/3", "/4", "/5", "/6"))
    assert type(error) is FileUnavailable
    assert "more than 5 redirects" in str(error)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "http://127.0.0.1:1/",
        "ftp://files.example.com/a",
        "file:///etc/passwd",
        "https://user@8.8.8.8/",
        "//10.0.0.1/a",
        "https://",
        "http://[::1",
    ],
)
async def test_a_redirect_is_guarded_like_the_first_address(target: str) -> None:
    assert type(await refusal(hops(target))) is AddressRefused


@pytest.mark.parametrize(
    "url", ["", "report.pdf", "/etc/passwd", "file:///etc/passwd", "https://", "data:text/plain,x", "http://[::1"]
)
async def test_what_is_not_a_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await download(url, BytesIO(), max_bytes=10, allow=AddressPolicy.public())


# Public addresses, over a network that records where the connection would go


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
        writer.write(head(content_length=2) + b"ok")

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


# Names


@pytest.mark.parametrize(
    ("path", "disposition", "name"),
    [
        ("/files/report.pdf", "", "report.pdf"),
        ("/files/Bericht%20M%C3%A4rz.pdf", "", "Bericht März.pdf"),
        ("/files/", "", "file"),
        ("/files/report.pdf", 'attachment; filename="other name.txt"', "other name.txt"),
        ("/files/report.pdf", "attachment; filename*=UTF-8''%E2%82%AC%20rates.csv; filename=x.csv", "€ rates.csv"),
        ("/files/report.pdf", 'attachment; filename="../../etc/passwd"', "passwd"),
        ("/files/report.pdf", r'attachment; filename="..\\..\\boot.ini"', "boot.ini"),
        ("/files/report.pdf", 'attachment; filename=".."', "report.pdf"),
        ("/files/report.pdf", "inline", "report.pdf"),
        ("/files/%2e%2e%2fsecret", "", "secret"),
        ("/files/a%00b%0d.txt", "", "a_b_.txt"),
    ],
)
async def test_the_name_is_taken_from_the_answer_or_the_address_and_made_safe(
    path: str, disposition: str, name: str
) -> None:
    headers = {"content_disposition": disposition} if disposition else {}
    assert (await get(whole(b"x", **headers), path))[0].name == name


def test_a_long_name_is_cut_but_keeps_its_ending() -> None:
    name = file_name("ä" * 300 + ".pdf")
    assert len(name.encode()) <= 200
    assert name.endswith("ä.pdf")
