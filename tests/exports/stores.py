"""File stores that are not a local disk: one that works, a full one, one that does not answer."""

import errno
from typing import Any

from django.core.files.storage import InMemoryStorage

RemoteStore = InMemoryStorage


class FullStore(InMemoryStorage):
    def _save(self, name: str, content: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")


class UnreachableStore(InMemoryStorage):
    def _save(self, name: str, content: Any) -> str:
        raise RuntimeError("EndpointConnectionError: could not connect")
