"""A ZIP writer whose output depends on nothing but what is put in, and which never holds the list of entries.

``zipfile`` keeps an object per entry until the end, some 60 MB for 100,000 files; here the central directory
grows in a file of its own and is appended at the end. Every entry gets the same time and the same permissions.
Written after PKWARE's APPNOTE 6.3.10: 4.3.7 local header, 4.3.12 central header, 4.5.3 and 4.3.14 for ZIP64.
"""

import os
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

LEVEL = 6
COPY = 1 << 20
MAX_16 = 0xFFFF
MAX_32 = 0xFFFFFFFF
_UTF8_NAMES = 0x0800
_STORED, _DEFLATED = 0, 8
_PLAIN, _ZIP64 = 20, 45
_MADE_ON_UNIX = (3 << 8) | _ZIP64
_REGULAR_FILE = 0o100644 << 16
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END64 = struct.Struct("<4sQ2H2I4Q")
_END64_LOCATOR = struct.Struct("<4sIQI")
_END = struct.Struct("<4s4H2IH")
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
LATEST = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place between two entries to which the writer can return."""

    offset: int
    directory: int
    entries: int


@dataclass(frozen=True, slots=True)
class _Entry:
    name: bytes
    offset: int
    method: int
    crc: int
    packed: int
    size: int
    wide: bool


class ZipWriter:
    """Writes entries to ``target`` and their directory to ``directory``, both seekable and the writer's own.

    ``moment`` becomes the time of every entry (two seconds' precision, 1980 to 2107, in UTC).
    """

    def __init__(self, target: BinaryIO, directory: BinaryIO, *, moment: datetime, at: Mark | None = None) -> None:
        self._target = target
        self._directory = directory
        self._time, self._date = dos_time(moment)
        self._mark = at or Mark(target.tell(), 0, 0)
        self.return_to(self._mark)

    @property
    def mark(self) -> Mark:
        return self._mark

    def return_to(self, mark: Mark) -> None:
        """Forget every entry written after ``mark``."""
        self._target.seek(mark.offset)
        self._target.truncate()
        self._directory.seek(mark.directory)
        self._directory.truncate()
        self._mark = mark

    def write(self, name: str, data: bytes) -> None:
        """One entry from memory, deflated where that makes it smaller."""
        packed = _deflate(data)
        method, body = (_DEFLATED, packed) if len(packed) < len(data) else (_STORED, data)
        entry = _Entry(name.encode(), self._mark.offset, method, zlib.crc32(data), len(body), len(data), wide=False)
        self._target.write(self._local(entry))
        self._target.write(body)
        self._close_entry(entry)

    def stream(self, name: str, chunks: Iterable[bytes], *, deflate: bool = True) -> None:
        """One entry of any size. When ``chunks`` raises, the entry is taken back and the error goes on."""
        start = self._mark
        method = _DEFLATED if deflate else _STORED
        blank = _Entry(name.encode(), start.offset, method, 0, 0, 0, wide=True)
        try:
            self._target.write(self._local(blank))
            crc, packed, size = self._pour(chunks, deflate)
        except BaseException:
            self.return_to(start)
            raise
        entry = _Entry(blank.name, start.offset, method, crc, packed, size, wide=True)
        self._target.seek(start.offset)
        self._target.write(self._local(entry))
        self._target.seek(0, os.SEEK_END)
        self._close_entry(entry)

    def flush(self) -> None:
        """Hand everything up to the mark to the operating system."""
        self._target.flush()
        self._directory.flush()

    def finish(self) -> None:
        """Append the central directory and the end records. Nothing may be written afterwards."""
        start = self._mark.offset
        self._directory.seek(0)
        while chunk := self._directory.read(COPY):
            self._target.write(chunk)
        self._target.write(self._end(start, self._mark.directory, self._mark.entries))
        self._target.flush()

    def _pour(self, chunks: Iterable[bytes], deflate: bool) -> tuple[int, int, int]:
        press = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS) if deflate else None
        crc = packed = size = 0
        for chunk in chunks:
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            packed += self._target.write(press.compress(chunk) if press else chunk)
        if press:
            packed += self._target.write(press.flush())
        return crc, packed, size

    def _close_entry(self, entry: _Entry) -> None:
        record = self._central(entry)
        self._directory.write(record)
        self._mark = Mark(self._target.tell(), self._mark.directory + len(record), self._mark.entries + 1)

    def _local(self, entry: _Entry) -> bytes:
        """``wide`` entries have room for sizes beyond 4 GiB from the start, as the header cannot grow later."""
        extra = struct.pack("<2H2Q", 1, 16, entry.size, entry.packed) if entry.wide else b""
        header = _LOCAL.pack(
            b"PK\x03\x04",
            _ZIP64 if entry.wide else _PLAIN,
            _UTF8_NAMES,
            entry.method,
            self._time,
            self._date,
            entry.crc,
            MAX_32 if entry.wide else entry.packed,
            MAX_32 if entry.wide else entry.size,
            len(entry.name),
            len(extra),
        )
        return header + entry.name + extra

    def _central(self, entry: _Entry) -> bytes:
        numbers = (entry.size, entry.packed, entry.offset)
        beyond = [number for number in numbers if number >= MAX_32]
        extra = struct.pack(f"<2H{len(beyond)}Q", 1, 8 * len(beyond), *beyond) if beyond else b""
        size, packed, offset = (min(number, MAX_32) for number in numbers)
        header = _CENTRAL.pack(
            b"PK\x01\x02",
            _MADE_ON_UNIX,
            _ZIP64 if entry.wide or beyond else _PLAIN,
            _UTF8_NAMES,
            entry.method,
            self._time,
            self._date,
            entry.crc,
            packed,
            size,
            len(entry.name),
            len(extra),
            0,
            0,
            0,
            _REGULAR_FILE,
            offset,
        )
        return header + entry.name + extra

    def _end(self, start: int, length: int, entries: int) -> bytes:
        tail = b""
        if entries >= MAX_16 or start >= MAX_32 or length >= MAX_32:
            tail = _END64.pack(
                b"PK\x06\x06", 44, _MADE_ON_UNIX, _ZIP64, 0, 0, entries, entries, length, start
            ) + _END64_LOCATOR.pack(b"PK\x06\x07", 0, start + length, 1)
        count = min(entries, MAX_16)
        return tail + _END.pack(b"PK\x05\x06", 0, 0, count, count, min(length, MAX_32), min(start, MAX_32), 0)


def dos_time(moment: datetime) -> tuple[int, int]:
    """The two 16-bit numbers of MS-DOS: time and date."""
    at = min(max(moment.astimezone(UTC), EARLIEST), LATEST)
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    return time, (at.year - 1980) << 9 | at.month << 5 | at.day


def _deflate(data: bytes) -> bytes:
    press = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return press.compress(data) + press.flush()
