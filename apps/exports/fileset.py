"""The files of one export: each is written once, hashed on its way, and listed in the ledger."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from apps.exports.ledger import Ledger, PathTaken, WrittenFile
from apps.exports.naming import is_inside
from apps.exports.sinks import Sink

Content = bytes | Iterable[bytes]


class FileSet:
    """What a format and the attachments are written through."""

    def __init__(self, sink: Sink, ledger: Ledger) -> None:
        self._sink = sink
        self._ledger = ledger

    def add(self, path: str, content: Content) -> WrittenFile:
        """Write a file. Raises :class:`PathTaken`, the sink's ``OSError``, and what ``content`` raises.

        A path that leads out of the export, as a plug-in may give it, is a ``ValueError``.
        """
        if not is_inside(path):
            raise ValueError(f"A path of an export leads out of it: {path!r}")
        if isinstance(content, bytes):
            written = WrittenFile(path, len(content), sha256(content).hexdigest())
            self._ledger.add_file(written)
            self._sink.write(path, content)
            return written
        if self._ledger.has_alike(path):
            raise PathTaken(path)
        measured = _Measured(content)
        self._sink.stream(path, measured)
        written = WrittenFile(path, measured.size, measured.digest.hexdigest())
        self._ledger.add_file(written)
        return written


class _Measured:
    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0
        self.digest = sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            self.digest.update(chunk)
            yield chunk
