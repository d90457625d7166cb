"""The one address that a client of a store asks, whatever the answers say.

The library repeats a refused request for the region that an answer names. A store is asked where the settings say, over
the scheme that they say, or not at all: the requests carry files and our signature.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest

from apps.core.storage_errors import StoreError

ELSEWHERE = "The file store's client was led to another address than the one that is set, so nothing was sent."


def hold_to(client: Any, url: str, bucket: str) -> None:
    """Let the client send to ``url``, or to the bucket's own host there. Else it raises :class:`StoreError`."""
    origin = urlsplit(url)
    allowed = {(origin.scheme, origin.netloc), (origin.scheme, f"{bucket}.{origin.netloc}")}
    client.meta.events.register_last("before-send.s3", _checking(allowed))


def _checking(allowed: set[tuple[str, str]]) -> Callable[..., None]:
    def check(request: AWSPreparedRequest, **_: Any) -> None:
        target = urlsplit(request.url)
        if (target.scheme, target.netloc) not in allowed:
            raise StoreError(ELSEWHERE)

    return check
