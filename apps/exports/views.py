"""Exports: the list, making one, one with its files, its download."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.access.roles import Permission
from apps.core.errors import Conflicting, Invalid
from apps.core.http import HttpRequest, requires
from apps.exports import selectors
from apps.exports.downloads import archive_response
from apps.exports.formats import FORMATS
from apps.exports.forms import ExportForm
from apps.exports.models import Export
from apps.exports.services import create_export
from apps.jobs import cards
from apps.jobs.selectors import unmet
from apps.snapshots.models import SnapshotState

PAGE = 50
FILES = 100


@require_safe
@requires(Permission.EXPORT_VIEW)
def export_list(request: HttpRequest, slug: str) -> HttpResponse:
    page = Paginator(selectors.exports(), PAGE).get_page(request.GET.get("page"))
    newest = selectors.exportable_snapshots().filter(state=SnapshotState.COMPLETE).first()
    fragment = "#table" if request.htmx.target == "export-table" else ""
    context = {"page": page, "newest": newest, "filtered": False}
    response = render(request, f"exports/export_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT_CREATE)
def export_create(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return _form(request, ExportForm(initial=_initial(request)))
    form = ExportForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            export = create_export(
                given["snapshot"], format=given["format"], options=form.chosen_options(), actor=request.actor
            )
        except (Conflicting, Invalid) as error:
            form.add_error(None, error.message)
        else:
            return redirect("jobs:detail", slug, export.job.public_id)
    return _form(request, form, status=422)


@require_safe
@requires(Permission.EXPORT_VIEW)
def export_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    export = _export(public_id)
    groups = unmet(export.job) if export.job.has_ended else []
    context = {
        "export": export,
        "job": export.job,
        **cards.counts(export.job),
        "unmet": groups,
        "unmet_count": sum(group.count for group in groups),
        "page": Paginator(selectors.ListedFiles(export), FILES).get_page(request.GET.get("page")),
    }
    return render(request, "exports/export_detail.html", context)


@require_safe
@requires(Permission.EXPORT_DOWNLOAD)
def export_download(request: HttpRequest, slug: str, public_id: str) -> HttpResponseBase:
    return archive_response(request, _export(public_id), actor=request.actor)


def _export(public_id: str) -> Export:
    return get_object_or_404(selectors.exports(), public_id=public_id)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for; a snapshot that is not offered falls back to the newest."""
    return {name: request.GET[name] for name in ("snapshot", "format") if name in request.GET}


def _form(request: HttpRequest, form: ExportForm, status: int = 200) -> HttpResponse:
    formats = [(entry.key, entry.label, entry.summary) for entry in FORMATS.values()]
    return render(request, "exports/export_create.html", {"form": form, "formats": formats}, status=status)
