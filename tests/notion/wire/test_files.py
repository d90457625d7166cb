"""Guarded downloads from a real server on loopback."""

import asyncio
import gzip
import hashlib
from io import BytesIO

import pytest

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
from tests.notion.wire.servers import RawHandler, raw_server

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
