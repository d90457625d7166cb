"""The answers that lead to a stored file or carry it, for pages and the API alike."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from apps.core.errors import NotFound
from apps.core.headers import ATTACHMENT_POLICY
from apps.core.storage.links import Claim, Link, Offer, harmless, is_remote, link_to, unreadable
from apps.core.storage.ranges import download_response
from apps.core.ui.status import code_of
from apps.snapshots.models import ObjectVersion, Snapshot, StoredFile
from apps.snapshots.store.files import open_stored
from apps.snapshots.store.versions import alive_at

STATUS_HEADER = "NotionHub-Snapshot-Status"
"""Says with each answer that comes from a snapshot whether that one is complete."""
LINKS = "files"
"""The purpose of links to stored files."""
LOST = "This file is no longer in the store."


def file_response(request: HttpRequest, snapshot: Snapshot, object_id: UUID) -> HttpResponseBase:
    """A stored file as a download, never as a page of ours: by a link, and a picture from a disk at once.

    A page asks for each of its pictures here, so the answer may be used again for as long as its link is good.
    Raises :class:`NotFound`.
    """
    stored, name = _held(snapshot, object_id)
    pictured = harmless(stored.content_type).startswith("image/")
    if pictured and not is_remote():
        response: HttpResponseBase = _picture(stored, name)
    else:
        link = _link(snapshot, object_id, stored, name, request.method or "GET")
        response = HttpResponseRedirect(link.address)
        reuse = f"max-age={settings.LINK_SECONDS // 2}" if pictured else "no-store"
        response["Cache-Control"] = f"private, {reuse}"
    response[STATUS_HEADER] = code_of(snapshot.word)
    return response


def file_link(snapshot: Snapshot, object_id: UUID) -> Link:
    """Raises :class:`NotFound`."""
    return _link(snapshot, object_id, *_held(snapshot, object_id))


def file_by_link(request: HttpRequest, claim: Claim) -> HttpResponseBase:
    """The file that a link of ours speaks of. Raises :class:`NotFound`."""
    public_id, object_id = claim.subject
    try:
        snapshot = get_object_or_404(Snapshot, public_id=public_id)
    except Http404 as error:
        raise NotFound("The snapshot that this file belongs to was deleted.") from error
    stored, name = _held(snapshot, UUID(object_id))
    response = download_response(
        request,
        _opened(stored),
        size=stored.size,
        etag=f'"{stored.sha256}"',
        filename=name,
        content_type=harmless(stored.content_type),
    )
    response[STATUS_HEADER] = code_of(snapshot.word)
    return response


def _held(snapshot: Snapshot, object_id: UUID) -> tuple[StoredFile, str]:
    """What the snapshot holds, and what it is called."""
    rows = alive_at(snapshot.workspace_id, snapshot.number).filter(object=object_id, file__isnull=False)
    version: ObjectVersion | None = rows.select_related("file").defer("body").first()
    if version is None or version.file is None:
        raise NotFound(f"Snapshot {snapshot.number} does not hold this file.")
    return version.file, version.title or version.file.sha256


def _link(snapshot: Snapshot, object_id: UUID, stored: StoredFile, name: str, method: str = "GET") -> Link:
    subject = (snapshot.public_id, str(object_id))
    organization, content_type = snapshot.organization.public_id, harmless(stored.content_type)
    try:
        return link_to(Offer(LINKS, organization, subject, stored.name, name, content_type), method)
    except NotFound as error:
        raise NotFound(LOST) from error


def _picture(stored: StoredFile, name: str) -> FileResponse:
    response = FileResponse(_opened(stored), as_attachment=True, filename=name, content_type=stored.content_type)
    response["Content-Security-Policy"] = ATTACHMENT_POLICY
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _opened(stored: StoredFile) -> File[Any]:
    try:
        return open_stored(stored.name)
    except FileNotFoundError as error:
        raise NotFound(LOST) from error
    except OSError as error:
        raise unreadable(error) from error
