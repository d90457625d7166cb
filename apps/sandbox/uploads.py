"""File uploads: what was sent, and the bytes of hosted files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from apps.sandbox.world.world import World

LIFETIME: Final = 3600
SINGLE_PART_LIMIT: Final = 20 * 1024 * 1024


@dataclass(slots=True, eq=False)
class FileUpload:
    id: str
    world: World
    mode: str
    created: float
    edited: float
    created_by: str
    filename: str | None
    content_type: str | None
    parts_expected: int | None = None
    external_url: str | None = None
    status: str = "pending"
    parts: dict[int, bytes] = field(default_factory=dict)

    @property
    def expires(self) -> float:
        return self.created + LIFETIME

    @property
    def data(self) -> bytes:
        return b"".join(self.parts[number] for number in sorted(self.parts))

    def arrive(self) -> None:
        """An external file is there by the time anybody asks again."""
        if self.external_url is not None and self.status == "pending":
            self.parts, self.status = {1: b"Imported from elsewhere.\n"}, "uploaded"

    def status_at(self, now: float) -> str:
        return "expired" if self.status == "pending" and now >= self.expires else self.status


class Uploads:
    def __init__(self) -> None:
        self._by_id: dict[str, FileUpload] = {}

    def add(self, upload: FileUpload) -> None:
        self._by_id[upload.id] = upload

    def get(self, identifier: str) -> FileUpload | None:
        return self._by_id.get(identifier)

    def of(self, world: World) -> Iterator[FileUpload]:
        """Newest first."""
        return (upload for upload in reversed(self._by_id.values()) if upload.world is world)
