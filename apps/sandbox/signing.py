"""Signed file URLs: made like S3's, and really checked when a file is fetched."""

import hashlib
import hmac
import itertools
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from apps.sandbox import times

LIFETIME: Final = 3600
_ALGORITHM: Final = "AWS4-HMAC-SHA256"


class FileRefused(Exception):
    """Answered with 403 and S3's XML; ``args[0]`` is S3's message."""


class UrlSigner:
    """Signs paths under ``/files/`` for one hour. The URL of a file is another one at every read."""

    def __init__(self, secret: bytes, clock: times.Clock) -> None:
        self._secret = secret
        self._clock = clock
        self._reads = itertools.count(1)
        self.expired_from_the_start = 0
        """How many of the next URLs are handed out already expired (a fault)."""

    def sign(self, origin: str, path: str) -> tuple[str, float]:
        """The URL and when it expires."""
        issued = self._clock()
        if self.expired_from_the_start:
            self.expired_from_the_start -= 1
            issued -= LIFETIME + 1
        date = times.basic(issued)
        query = {
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
            "X-Amz-Credential": f"SANDBOX/{date[:8]}/us-west-2/s3/aws4_request",
            "X-Amz-Date": date,
            "X-Amz-Expires": str(LIFETIME),
            "X-Amz-Security-Token": f"sandbox{next(self._reads):08x}",
        }
        query["X-Amz-Signature"] = self._signature(path, query)
        query |= {"X-Amz-SignedHeaders": "host", "x-amz-checksum-mode": "ENABLED", "x-id": "GetObject"}
        return f"{origin}{quote(path)}?{urlencode(query)}", issued + LIFETIME

    def check(self, path: str, query: Mapping[str, str]) -> None:
        """Raises FileRefused for a missing, wrong or expired signature. ``path`` is decoded."""
        given = query.get("X-Amz-Signature")
        if given is None:
            raise FileRefused("Access Denied")
        if not hmac.compare_digest(given, self._signature(path, query)):
            raise FileRefused("The request signature we calculated does not match the signature you provided.")
        try:
            expires = times.from_basic(query["X-Amz-Date"]) + int(query["X-Amz-Expires"])
        except (KeyError, ValueError) as problem:
            raise FileRefused("Query-string authentication requires X-Amz-Date and X-Amz-Expires.") from problem
        if self._clock() >= expires:
            raise FileRefused("Request has expired")

    def _signature(self, path: str, query: Mapping[str, str]) -> str:
        names = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token")
        signed = "\n".join((path, *(query.get(name, "") for name in names)))
        return hmac.new(self._secret, signed.encode(), hashlib.sha256).hexdigest()
