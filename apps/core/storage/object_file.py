"""An object of a remote store, read as it arrives: nothing is kept in memory or on the disk."""

import errno
import io
from collections.abc import Callable
from typing import Any, Protocol

from django.core.files.base import File

BUFFER = 1024 * 1024


class Body(Protocol):
    """What arrives. Both raise ``OSError``."""

    def read(self, amount: int) -> bytes: ...

    def close(self) -> None: ...


Fetch = Callable[[int], tuple[Body, int]]
"""The object's bytes from a position on, and the size of the whole."""


class ObjectStream(io.RawIOBase):
    """Asks for the object when made, and again from where it is read after a jump."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__()
        self._fetch = fetch
        self._at = 0
        self._body: Body | None
        self._body, self.size = fetch(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("A position before the beginning of the file.")
        if base + offset != self._at:
            self._at = base + offset
            self._let_go()
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        if self._body is None:
            self._body, _ = self._fetch(self._at)
        got = self._body.read(len(buffer))
        if not got:
            raise OSError(errno.EIO, "The file store ended a file early")
        buffer[: len(got)] = got
        self._at += len(got)
        return len(got)

    def close(self) -> None:
        if not self.closed:
            self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


class ObjectFile(File):  # type: ignore[type-arg]
    """Django's view of it; its size is known without looking."""

    def __init__(self, fetch: Fetch, name: str) -> None:
        stream = ObjectStream(fetch)
        super().__init__(io.BufferedReader(stream, BUFFER), name)
        self.size = stream.size
