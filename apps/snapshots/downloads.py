"""The answer that carries a stored file, for pages and the API alike."""

from uuid import UUID

from django.http import FileResponse

from apps.core.errors import NotFound
from apps.core.ui.status import code_of
from apps.snapshots.models import ObjectVersion, Snapshot
from apps.snapshots.store.files import open_stored
from apps.snapshots.store.versions import alive_at


STATUS_HEADER = "NotionHub-Snapshot-Status"
"""Says with each answer that comes from a snapshot whether that one is complete."""


def file_response(snapshot: Snapshot, object_id: UUID) -> FileResponse:
    """A stored file as a download; never as a page of ours. Raises :class:`NotFound`."""
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(object=object_id, file__isnull=False)
    version: ObjectVersion | None = rows.select_related("file").defer("body").first()
    if version is None or version.file is None:
        raise NotFound(f"Snapshot {snapshot.number} does not hold this file.")
    try:
        opened = open_stored(version.file.name)
    except FileNotFoundError as error:
        raise NotFound("This file is no longer in the store.") from error
    name = version.title or version.file.sha256
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=version.file.content_type)
    response[STATUS_HEADER] = code_of(snapshot.word)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, max-age=3600"
    return response
