"""Undoing gzip with a bound, so that a small body cannot fill the memory."""

import zlib

_GZIP = 31  # zlib's window bits for a gzip header and trailer


class TooLong(Exception):
    """The decoded body passes the allowed number of bytes."""


class CutShort(Exception):
    """The compressed body ends early or is damaged."""


class Gunzip:
    """Decodes a gzip stream piece by piece; the sum of all pieces never passes `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._stream = zlib.decompressobj(_GZIP)
        self._left = limit

    def feed(self, data: bytes) -> bytes:
        """Raises `TooLong`, `CutShort`."""
        try:
            decoded = self._stream.decompress(data, self._left + 1)
        except zlib.error as error:
            raise CutShort(str(error)) from error
        self._left -= len(decoded)
        if self._left < 0:
            raise TooLong
        return decoded

    def finish(self) -> None:
        """Raises `CutShort` when the stream has not come to its end."""
        if not self._stream.eof:
            raise CutShort("the compressed body ends early")
