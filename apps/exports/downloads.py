"""The answers that lead to an archive, for pages and the API alike, and the one that carries it from a disk."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import get_conditional_response

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.http import ensure
from apps.core.storage.links import Claim
from apps.core.storage.ranges import download_response
from apps.exports.models import Export
from apps.exports.selectors import etag_of, export_named, open_archive
from apps.exports.services import ARCHIVE_TYPE, download


def archive_redirect(request: HttpRequest, export: Export, *, actor: Actor) -> HttpResponseBase:
    """On to the archive by a link, or 304 for somebody who has it (RFC 9110, section 13.1.2); that is no download.

    Raises what :func:`apps.exports.services.download` raises.
    """
    ensure(actor, Permission.EXPORT_DOWNLOAD, export.workspace_id)
    if export.is_ready:
        known = get_conditional_response(request, etag=etag_of(export))
        if known is not None:
            return known
    link = download(export, actor=actor, method=request.method or "GET")
    return HttpResponseRedirect(link.address, headers={"Cache-Control": "private, no-store"})


def archive_by_link(request: HttpRequest, claim: Claim) -> HttpResponseBase:
    """The archive that a link of ours speaks of. Raises what :func:`open_archive` raises."""
    (public_id,) = claim.subject
    archive = open_archive(export_named(public_id))
    return download_response(
        request,
        archive.file,
        size=archive.size,
        etag=archive.etag,
        filename=archive.name,
        content_type=ARCHIVE_TYPE,
    )
