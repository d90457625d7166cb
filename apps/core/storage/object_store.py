"""What a store of objects can do and a folder on a disk cannot."""

from abc import ABC, abstractmethod
from datetime import timedelta
from pathlib import Path

UNFINISHED_FOR = timedelta(days=1)
"""After which an upload that has not ended belongs to no living process."""


class ObjectStore(ABC):
    """Mixed into a Django storage. Everything raises ``OSError``, as a disk does: ``StoreError`` with its own words."""

    @abstractmethod
    def put(self, source: Path, name: str) -> None:
        """Bring a file under exactly this name, whole or not at all, in place of one that is there already."""

    @abstractmethod
    def signed_url(self, name: str, *, seconds: int, filename: str, content_type: str, method: str = "GET") -> str:
        """An address at the store that gives this one object as a download for so long, to whoever has it."""

    @abstractmethod
    def forget_unfinished(self, folder: str, older_than: timedelta = UNFINISHED_FOR) -> int:
        """Throw away parts of uploads into a folder that were begun so long ago and never ended; how many uploads."""

    @abstractmethod
    def said_of_encryption(self, name: str) -> str:
        """How an object is encrypted, in words. Raises :class:`StoreError` when it was asked for and is not."""

    @abstractmethod
    def fetched(self, url: str) -> bytes:
        """What a signed address gives to somebody who has nothing else. For trials: all of it in memory."""
