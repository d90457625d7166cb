"""A stored file as a download that can be taken up where it broke off (RFC 9110, section 14)."""

import re
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from apps.core.headers import ATTACHMENT_POLICY

_ONE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


def download_response(
    request: HttpRequest, file: IO[bytes], *, size: int, etag: str, filename: str, content_type: str
) -> HttpResponseBase:
    """All of it or the one part that ``Range`` asks for, as an attachment. ``etag`` is a strong one, with its quotes.

    304 for who has it (section 13.1.2), 416 for a part that there is not. Several parts at once are not given in
    parts, as section 14.2 allows. Takes the file over and closes it.
    """
    known = get_conditional_response(request, etag=etag)
    wanted = None if known is not None else _part(request, size, etag)
    if known is not None or wanted == ():
        file.close()
        return _described(known or HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), etag)
    first, last = wanted or (0, size - 1)
    length = last - first + 1
    if wanted:
        file.seek(first)
    response = FileResponse(
        _Part(file, length) if wanted else file,
        as_attachment=True,
        filename=filename,
        content_type=content_type,
        status=206 if wanted else 200,
    )
    response["Content-Length"] = str(length)
    if wanted:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _described(response, etag)


def _described(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = ATTACHMENT_POLICY
    return response


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | tuple[()] | None:
    """First and last position; None for all of it, and nothing for a part that there is not."""
    given = _ONE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or given is None or given.groups() == ("", ""):
        return None
    if request.headers.get("If-Range", etag) != etag:
        return None
    first, last = given.groups()
    if not first:
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None  # section 14.1.1: an invalid one is ignored
    return (start, end) if start <= end else ()


class _Part:
    """So many bytes of a file from where it stands."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file = file
        self._left = length

    def read(self, amount: int = -1) -> bytes:
        chunk = self._file.read(self._left if amount < 0 else min(amount, self._left))
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._file.close()
