"""The bytes of hosted files: small, real, and the same for the same file every time."""

import math
import struct
import zlib
from collections.abc import Callable
from typing import Final

from apps.sandbox.dice import Dice


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(dice: Dice) -> bytes:
    """A picture of waves in three colours."""
    width, height = 96, 64
    colors = [bytes(dice.between(40, 230) for _ in range(3)) for _ in range(3)]
    length, phase = dice.between(9, 25), dice.between(0, 60)
    lines = []
    for y in range(height):
        line = bytearray([0])
        for x in range(width):
            wave = math.sin((x + phase) / length) * 8 + y
            line += colors[min(int(wave // 22) % 3, 2)]
        lines.append(bytes(line))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(lines), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def pdf(dice: Dice) -> bytes:
    """One page with two lines of text."""
    number = dice.between(1000, 9999)
    drawing = f"BT /F1 20 Tf 60 720 Td (Datasheet {number}) Tj 0 -30 Td /F1 11 Tf (All values at 20 C.) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(drawing)).encode() + b" >>\nstream\n" + drawing + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for at, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{at} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def wav(dice: Dice) -> bytes:
    """A quarter of a second of one tone."""
    rate, pitch = 8000, dice.between(300, 900)
    samples = bytes(int(128 + 60 * math.sin(2 * math.pi * pitch * t / rate)) for t in range(rate // 4))
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate, 1, 8)
    data = b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", 4 + len(form) + len(data)) + b"WAVE" + form + data


def mp4(dice: Dice) -> bytes:
    """A movie container without frames: enough for a file type, not for a cinema."""
    kind = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 512, b"mp41")
    free = bytes(dice.below(256) for _ in range(64))
    return kind + struct.pack(">I4s", 8 + len(free), b"free") + free


def csv(dice: Dice) -> bytes:
    lines = ["taken_at,probe,value"]
    for hour in range(24):
        lines.append(f"2026-03-01T{hour:02}:00:00Z,turbidity,{dice.between(20, 480) / 10}")
    return ("\n".join(lines) + "\n").encode()


def txt(dice: Dice) -> bytes:
    lines = [f"{dice.between(0, 59):02}:{dice.between(0, 59):02}  line {number} of the record" for number in range(20)]
    return ("\n".join(lines) + "\n").encode()


def archive(dice: Dice) -> bytes:
    """An empty ZIP archive."""
    return b"PK\x05\x06" + bytes(18)


_MAKERS: Final[dict[str, tuple[str, Callable[[Dice], bytes]]]] = {
    "png": ("image/png", png),
    "pdf": ("application/pdf", pdf),
    "wav": ("audio/wav", wav),
    "mp4": ("video/mp4", mp4),
    "csv": ("text/csv", csv),
    "txt": ("text/plain", txt),
    "zip": ("application/zip", archive),
}


def file_bytes(file_id: str, name: str) -> tuple[str, bytes]:
    """Content type and bytes of a generated file, decided by its id and the ending of its name."""
    content_type, make = _MAKERS.get(name.rsplit(".", 1)[-1].lower(), ("application/octet-stream", txt))
    return content_type, make(Dice("file", file_id))
