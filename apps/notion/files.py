"""Guarded download of a file that a workspace points to.

Source: https://developers.notion.com/reference/file-object (signed URLs live for one hour).
"""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import basename
from typing import Protocol
from urllib.parse import unquote

from apps.notion.addresses import AddressPolicy, Resolver, resolve_host
from apps.notion.encoding import CutShort, Gunzip, TooLong
from apps.notion.errors import ConnectionLost, Unreachable
from apps.notion.file_errors import AddressRefused, FileError, FileTooLarge, FileUnavailable, FileUrlExpired
from apps.notion.network import Network, Reply, WebAddress, fetch

__all__ = [
    "AddressPolicy",
    "AddressRefused",
    "FileError",
    "FileTooLarge",
    "FileUnavailable",
    "FileUrlExpired",
    "Sink",
    "StoredFile",
    "download",
]

MAX_NAME = 200  # bytes of UTF-8
REDIRECTS = 5
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_REFUSING = frozenset({400, 401, 403, 410})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_SIGNED = re.compile(r"(?:^|&)(?:x-amz-signature|x-goog-signature|signature|sig)=", re.IGNORECASE)
_EXTENDED_NAME = re.compile(r"\bfilename\*\s*=\s*([\w.-]*)'[^']*'([^;\s]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r'\bfilename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


class Sink(Protocol):
    """A binary file open for writing, or anything that takes bytes like one."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`sha256` in hex, `size` in bytes, `content_type` without parameters, `name` safe as a file name."""

    sha256: str
    size: int
    content_type: str
    name: str


async def download(
    url: str,
    sink: Sink,
    *,
    max_bytes: int,
    allow: AddressPolicy,
    network: Network | None = None,
    resolver: Resolver = resolve_host,
    patience: float = 900.0,
) -> StoredFile:
    """Fetch `url` into `sink`, through at most five redirects, each guarded like the first address.

    After an error the sink holds a useless part. Without `network` every hop has a connection of its own:
    connections are made by address, so one kept open was verified for another host name. `patience` bounds the
    whole download, in seconds.
    Raises `AddressRefused`, `FileUrlExpired`, `FileTooLarge`, `FileUnavailable`.
    """
    try:
        async with asyncio.timeout(patience):
            return await _follow(_parse(url), _Writer(sink, max_bytes), allow, network, resolver)
    except TimeoutError as error:
        message = f"{_parse(url)} did not arrive within {patience:g} seconds."
        raise FileUnavailable(message, retryable=True) from error


async def _follow(
    target: WebAddress, writer: "_Writer", allow: AddressPolicy, network: Network | None, resolver: Resolver
) -> StoredFile:
    names = [basename(target.path)]
    for _ in range(REDIRECTS + 1):
        addresses = await _guard(target, allow, resolver)
        outcome = await _hop(target, addresses, network, writer)
        if isinstance(outcome, _Received):
            names.insert(0, _disposed_name(outcome.disposition))
            return StoredFile(outcome.sha256, outcome.size, outcome.content_type, file_name(*names))
        target = _join(target, outcome)
        names.append(basename(target.path))
    raise FileUnavailable(f"{target} is behind more than {REDIRECTS} redirects.")


def file_name(*candidates: str) -> str:
    """The first candidate that is one after making it safe; at most `MAX_NAME` bytes, its ending kept."""
    for candidate in candidates:
        name = _UNSAFE.sub("_", candidate).strip(" .")
        if name.strip("_"):
            stem, dot, ending = name.rpartition(".")
            if not stem or len(ending) > 16:
                stem, dot, ending = name, "", ""
            room = MAX_NAME - len((dot + ending).encode())
            return stem.encode()[:room].decode("utf-8", "ignore") + dot + ending
    return "file"


class _Writer:
    """Takes a body in pieces: undoes its encoding, holds it to the size, hashes it, hands it on."""

    def __init__(self, sink: Sink, max_bytes: int) -> None:
        self._sink = sink
        self._max_bytes = max_bytes
        self._hash = hashlib.sha256()
        self.size = 0

    async def take(self, target: WebAddress, reply: Reply) -> None:
        encoding = reply.headers.get("content-encoding", "identity").lower()
        if encoding not in ("identity", "gzip"):
            raise FileUnavailable(f"{target} is encoded in a way that was not asked for.")
        announced = reply.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._max_bytes:
            raise self._too_large(target)
        gunzip = Gunzip(self._max_bytes) if encoding == "gzip" else None
        received = 0
        try:
            async for piece in reply.body:
                received += len(piece)
                self._write(target, gunzip.feed(piece) if gunzip else piece)
            if gunzip:
                gunzip.finish()
        except TooLong as error:
            raise self._too_large(target) from error
        except CutShort as error:
            raise FileUnavailable(f"{target} came damaged or cut.", retryable=True) from error
        if announced.isdecimal() and received != int(announced):
            raise FileUnavailable(f"{target} came cut after {received} bytes.", retryable=True)

    def _write(self, target: WebAddress, data: bytes) -> None:
        self.size += len(data)
        if self.size > self._max_bytes:
            raise self._too_large(target)
        self._hash.update(data)
        self._sink.write(data)

    def _too_large(self, target: WebAddress) -> FileTooLarge:
        return FileTooLarge(f"{target} is larger than the {self._max_bytes} bytes that are allowed.")

    def digest(self) -> str:
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class _Received:
    sha256: str
    size: int
    content_type: str
    disposition: str


async def _hop(
    target: WebAddress, addresses: Sequence[str], network: Network | None, writer: _Writer
) -> _Received | str:
    """The file, or where it redirects to."""
    failure: ConnectionLost | None = None
    for address in addresses:
        try:
            async with fetch(target, address, network) as reply:
                return await _read(target, reply, writer)
        except Unreachable as error:
            failure = error  # nothing has been written yet: the next address may answer
        except ConnectionLost as error:
            raise FileUnavailable(f"The connection to {target.host} was lost.", retryable=True) from error
    raise FileUnavailable(f"{target.host} could not be reached.", retryable=True) from failure


async def _read(target: WebAddress, reply: Reply, writer: _Writer) -> _Received | str:
    if reply.status in _REDIRECTING and (location := reply.headers.get("location")):
        return location
    if reply.status != 200:
        raise _failure(target, reply.status, await _beginning(reply))
    await writer.take(target, reply)
    content_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _Received(
        sha256=writer.digest(),
        size=writer.size,
        content_type=content_type or "application/octet-stream",
        disposition=reply.headers.get("content-disposition", ""),
    )


async def _beginning(reply: Reply, length: int = 4096) -> bytes:
    start = b""
    async for piece in reply.body:
        start += piece
        if len(start) >= length:
            break
    return start[:length]


def _failure(target: WebAddress, status: int, body: bytes) -> FileError:
    if status in _REFUSING and (b"expired" in body.lower() or _SIGNED.search(target.query)):
        return FileUrlExpired(f"The signed address of {target} has expired.")
    return FileUnavailable(f"{target} was not given out (HTTP {status}).", status=status, retryable=status in _PASSING)


async def _guard(target: WebAddress, allow: AddressPolicy, resolver: Resolver) -> Sequence[str]:
    try:
        return await allow.addresses(target, resolver)
    except OSError as error:
        raise FileUnavailable(f"The name {target.host} is not known.", retryable=True) from error


def _parse(url: str) -> WebAddress:
    try:
        return WebAddress.parse(url)
    except ValueError as error:
        raise AddressRefused("This is not a complete web address.") from error


def _join(target: WebAddress, location: str) -> WebAddress:
    try:
        return target.join(location)
    except ValueError as error:
        raise AddressRefused(f"{target} redirects to something that is not a web address.") from error


def _disposed_name(disposition: str) -> str:
    """RFC 6266: `filename*=UTF-8''…` before `filename="…"`. Empty when there is none."""
    if extended := _EXTENDED_NAME.search(disposition):
        name = unquote(extended[2], encoding="latin-1" if extended[1].lower() == "iso-8859-1" else "utf-8")
    elif plain := _PLAIN_NAME.search(disposition):
        name = unquote(plain[2] if plain[1] is None else plain[1].replace('\\"', '"'))
    else:
        return ""
    return basename(name.replace("\\", "/"))
