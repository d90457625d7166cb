"""What becomes of a file that an object refers to."""

from typing import Any
from uuid import UUID

from apps.snapshots.capture.anatomy import shortened
from apps.snapshots.capture.files_in import FileRef
from apps.snapshots.capture.steps import Found
from apps.snapshots.models import Kind, NodeState, Turn

Json = dict[str, Any]
PUBLIC = "custom_emoji"
"""The owner of a picture whose address is public: there is no other address to ask for."""


def file_found(ref: FileRef, parent: UUID, owner: Json) -> Found:
    """A file of Notion's is fetched at once; one that lies elsewhere is kept as a link and listed as such.

    ``owner`` (``{"kind": "page" | "block" | "comment" | …, "id"}``) is asked for a fresh address when this one has
    expired.
    """
    title = shortened(ref.label)
    if not ref.hosted:
        return Found(ref.id, Kind.FILE, parent, title=title, state=NodeState.SKIPPED, turn=None, reason="external_file")
    raw = {"url": ref.url, "address": ref.address, "name": ref.label, "owner": owner}
    return Found(ref.id, Kind.FILE, parent, title=title, turn=Turn.FILE, raw=raw)
