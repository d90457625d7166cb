"""How an object's content is packed into its version's body.

Plain, a body is lines of canonical JSON: first the object itself, then what lies in it (a page's blocks depth
first, a discussion's comments, a data source's templates). Beyond ``CHUNK_ABOVE`` lines these move into chunks and
the second line is the array of the chunks' digests. Packed it is one zstd frame.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
import zstandard

from apps.notion.normalise import canonical, digest

Json = dict[str, Any]

CHUNK_ABOVE = 1_000
SHORTEST_CHUNK = 64
LONGEST_CHUNK = 1_024
LEVEL = 3

_local = threading.local()


class Line(NamedTuple):
    """One thing inside an object, written canonically."""

    id: str
    json: bytes


@dataclass(frozen=True, slots=True)
class PackedChunk:
    digest: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """``digest`` names the content, however it is compressed; equal digests mean equal content.

    ``stored`` counts the bytes of chunks that are in the store already.
    """

    body: bytes
    digest: bytes
    lines: int
    chunks: Sequence[PackedChunk] = ()
    stored: int = 0

    @property
    def size(self) -> int:
        return len(self.body) + self.stored + sum(len(chunk.body) for chunk in self.chunks)


def pack(own: bytes, lines: Sequence[Line] = ()) -> Packed:
    """Pack an object's own canonical JSON and the lines inside it."""
    if len(lines) <= CHUNK_ABOVE:
        plain = b"\n".join([own, *(line.json for line in lines)])
        return Packed(compress(plain), digest(plain), len(lines))
    chunks = [_chunk(run) for run in cut(lines)]
    plain = own + b"\n" + canonical([chunk.digest.hex() for chunk in chunks])  # type: ignore[arg-type]
    return Packed(compress(plain), digest(plain), len(lines), tuple(chunks))


def repack(own: bytes, body: bytes, lines: int, size: int) -> Packed:
    """A stored body with another object before the same ``lines``. ``size`` is what the stored one takes in all."""
    _, separator, rest = decompress(body).partition(b"\n")
    plain = own + separator + rest
    return Packed(compress(plain), digest(plain), lines, stored=size - len(body))


def cut(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Runs of lines whose borders depend on the ids at the borders alone, so that an edit moves few of them."""
    start = 0
    for at, line in enumerate(lines, start=1):
        length = at - start
        if length >= LONGEST_CHUNK or (length >= SHORTEST_CHUNK and line.id.endswith("00")):
            yield lines[start:at]
            start = at
    if start < len(lines):
        yield lines[start:]


def _chunk(run: Sequence[Line]) -> PackedChunk:
    plain = b"\n".join(line.json for line in run)
    return PackedChunk(digest(plain), compress(plain))


def own_json(body: bytes) -> Json:
    """The object itself, without what lies in it."""
    own: Json = orjson.loads(decompress(body).partition(b"\n")[0])
    return own


def read_lines(body: bytes, load_chunk: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """The lines inside the object, in order. ``load_chunk`` gives a chunk's packed body by its digest."""
    _, _, rest = decompress(body).partition(b"\n")
    if not rest.startswith(b"["):
        yield from _split(rest)
        return
    for name in orjson.loads(rest):
        yield from _split(decompress(load_chunk(bytes.fromhex(name))))


def chunk_digests(body: bytes) -> list[bytes]:
    """The chunks that a body refers to."""
    _, _, rest = decompress(body).partition(b"\n")
    return [bytes.fromhex(name) for name in orjson.loads(rest)] if rest.startswith(b"[") else []


def _split(plain: bytes) -> Iterable[bytes]:
    return plain.split(b"\n") if plain else ()


def compress(plain: bytes) -> bytes:
    compressor: zstandard.ZstdCompressor | None = getattr(_local, "compressor", None)
    if compressor is None:  # making one costs ten times what using it does, and threads must not share it
        compressor = _local.compressor = zstandard.ZstdCompressor(level=LEVEL)
    return compressor.compress(plain)


def decompress(body: bytes | memoryview) -> bytes:
    decompressor: zstandard.ZstdDecompressor | None = getattr(_local, "decompressor", None)
    if decompressor is None:
        decompressor = _local.decompressor = zstandard.ZstdDecompressor()
    return decompressor.decompress(bytes(body))
