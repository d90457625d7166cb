"""Objects of a snapshot as neutral documents, with links that stay inside the snapshot."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apps.notion.document import build_document
from apps.notion.lowering import Link
from apps.notion.nodes import Document
from apps.notion.storage import without_query
from apps.snapshots.capture.files_in import file_id
from apps.snapshots.models import Kind, Snapshot
from apps.snapshots.selectors.objects import blocks, get_object, stored_files, titles

Json = dict[str, Any]


class SnapshotContext:
    """Where objects and files of one snapshot are found: ``object_href(id)`` and ``file_href(file's id)`` say it."""

    def __init__(
        self, snapshot: Snapshot, object_href: Callable[[UUID], str], file_href: Callable[[UUID], str]
    ) -> None:
        self._snapshot = snapshot
        self._object_href = object_href
        self._file_href = file_href
        self._links: dict[str, Link | None] = {}
        self._files: dict[str, str | None] = {}

    def link(self, object_id: str) -> Link | None:
        if object_id not in self._links:
            self._links[object_id] = self._look_up(object_id)
        return self._links[object_id]

    def _look_up(self, object_id: str) -> Link | None:
        try:
            wanted = UUID(object_id)
        except ValueError:  # the id stands in a link that somebody typed
            return None
        found = titles(self._snapshot, [wanted]).get(wanted)
        return Link(found[1] or "Untitled", self._object_href(wanted)) if found else None

    def file(self, file: Json) -> str | None:
        held = file.get(str(file.get("type")))
        url = held.get("url") if isinstance(held, dict) else None
        if not isinstance(url, str):
            return None
        address = without_query(url)
        if address not in self._files:
            stored = stored_files(self._snapshot, [address])
            self._files[address] = self._file_href(file_id(address)) if stored else None
        return self._files[address]


def document_of(snapshot: Snapshot, object_id: UUID, context: SnapshotContext) -> Document:
    """A page, row, database or data source as a document. Raises ``NotFound``, ``Unreadable``."""
    stored = get_object(snapshot, object_id)
    inside = blocks(snapshot, object_id) if stored.kind in (Kind.PAGE, Kind.ROW) else ()
    return build_document(stored.raw, inside, context=context)
