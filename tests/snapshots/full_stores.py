"""File stores of somebody else that stop taking files in the middle of a capture."""

import errno
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, InMemoryStorage

TAKEN_BEFORE = 5


class FillingDisk(FileSystemStorage):
    """A disk that fills up while a file is copied to its final name, as Django does where it cannot rename."""

    taken = 0

    def _save(self, name: str, content: Any) -> str:
        FillingDisk.taken += 1
        if FillingDisk.taken <= TAKEN_BEFORE:
            return str(super()._save(name, content))  # type: ignore[misc]
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.read()[:10])
        raise OSError(errno.ENOSPC, "No space left on device")


class LosingStore(InMemoryStorage):
    """An object store that cannot be reached any more; its client raises errors of its own."""

    taken = 0

    def _save(self, name: str, content: Any) -> str:
        LosingStore.taken += 1
        if LosingStore.taken > TAKEN_BEFORE:
            raise RuntimeError("EndpointConnectionError: could not connect")
        return str(super()._save(name, content))  # type: ignore[misc]
