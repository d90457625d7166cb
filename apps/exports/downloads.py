"""The answer that carries an archive, for pages and the API alike."""

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.http import ensure
from apps.exports.models import Export
from apps.exports.selectors import etag_of
from apps.exports.services import download

CONTENT_TYPE = "application/zip"


def archive_response(request: HttpRequest, export: Export, *, actor: Actor) -> HttpResponseBase:
    """The archive in a stream, or 304 for somebody who has it (RFC 9110, section 13.1.2); that is no download.

    Raises what :func:`apps.exports.services.download` raises.
    """
    ensure(actor, Permission.EXPORT_DOWNLOAD)
    if export.is_ready:
        known = get_conditional_response(request, etag=etag_of(export))
        if known is not None:
            return known
    archive = download(export, actor=actor)
    response = FileResponse(archive.file, as_attachment=True, filename=archive.name, content_type=CONTENT_TYPE)
    response["Content-Length"] = str(archive.size)
    response["ETag"] = archive.etag
    response["Cache-Control"] = "private, no-cache"
    return response
