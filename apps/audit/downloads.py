"""The answers that carry the log out, for pages and the API alike."""

from contextvars import copy_context

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404

from apps.audit.models import LogFile, LogForm
from apps.audit.services import TYPES, name_of
from apps.audit.writing import lines
from apps.core.headers import ATTACHMENT_POLICY
from apps.core.storage.links import Claim, unreadable
from apps.core.storage.ranges import download_response
from apps.core.tenancy import current_organization_id, scope


def content_of(file: LogFile) -> HttpResponseBase:
    """A small one, written while it is sent."""
    response = StreamingHttpResponse(_Pieces(file), content_type=TYPES[LogForm(file.form)])
    response["Content-Disposition"] = f'attachment; filename="{name_of(file)}"'
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = ATTACHMENT_POLICY
    response["X-Audit-Head"] = f"{file.up_to}:{file.head}"
    return response


class _Pieces:
    """The file's lines. They are read after the request's scope was left, each in a context copied from it."""

    def __init__(self, file: LogFile) -> None:
        self._organization_id = current_organization_id()
        self._context = copy_context()
        self._lines = lines(file)

    def __iter__(self) -> "_Pieces":
        return self

    def __next__(self) -> bytes:
        return self._context.run(self._read)

    def _read(self) -> bytes:
        with scope(self._organization_id):
            return next(self._lines)


def file_by_link(request: HttpRequest, claim: Claim) -> HttpResponseBase:
    """The file that a link of ours speaks of."""
    (public_id,) = claim.subject
    file = get_object_or_404(LogFile.objects, public_id=public_id)
    try:
        opened = default_storage.open(file.storage_name)
    except OSError as error:
        raise unreadable(error) from error
    etag = f'"{file.sha256}"'
    return download_response(
        request, opened, size=file.size, etag=etag, filename=name_of(file), content_type=TYPES[LogForm(file.form)]
    )
