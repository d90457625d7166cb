"""Exports: the list, making one, one with its files, its download."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.roles import Permission
from apps.core.errors import ConfigError, Conflicting, Invalid, NotFound, TransientError
from apps.core.http import HttpRequest, found, requires
from apps.exports import selectors
from apps.exports.details import options_told
from apps.exports.downloads import archive_by_link, archive_redirect
from apps.exports.formats import LEFT_OUT
from apps.exports.forms import ExportFilterForm, ExportForm
from apps.exports.models import Export
from apps.exports.picking import Where, pick
from apps.exports.services import create_export, delete_export
from apps.jobs import cards
from apps.jobs.selectors import unmet
from apps.snapshots.models import SnapshotState

PAGE = 50
FILES = 100


@require_safe
@requires(Permission.EXPORT_VIEW)
def export_list(request: HttpRequest, slug: str) -> HttpResponse:
    form = ExportFilterForm(request.GET)
    page = Paginator(selectors.exports(**form.wanted()), PAGE).get_page(request.GET.get("page"))
    newest = selectors.exportable_snapshots().filter(state=SnapshotState.COMPLETE).first()
    fragment = "#table" if request.htmx.target == "export-table" else ""
    context = {"form": form, "page": page, "newest": newest}
    response = render(request, f"exports/export_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT_CREATE)
def export_create(request: HttpRequest, slug: str) -> HttpResponse:
    """``?snapshot=``, ``?format=`` and ``?pages=`` (ids) fill the form in. A button named ``pick`` looks for pages."""
    if request.method != "POST":
        return _form(request, ExportForm(initial=_initial(request)), Where())
    form = ExportForm(request.POST)
    if "pick" in request.POST:
        return _form(request, ExportForm(initial=_filled_in(form)), _where(request), picking=True)
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
    return _form(request, form, Where(), status=422)


@require_safe
@requires(Permission.EXPORT_VIEW)
def export_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    export = _export(request, public_id)
    groups = unmet(export.job) if export.job.has_ended else []
    count = sum(group.count for group in groups)
    context = {
        "export": export,
        "job": export.job,
        **cards.counts(export.job),
        "unmet": groups,
        "unmet_count": count,
        "retry_label": cards.retry_label(export.job, count),
        "options": options_told(export),
        **_manifest(request, export),
    }
    return render(request, "exports/export_detail.html", context)


@require_safe
@requires(Permission.EXPORT_DOWNLOAD)
def export_download(request: HttpRequest, slug: str, public_id: str) -> HttpResponseBase:
    return archive_redirect(request, _export(request, public_id), actor=request.actor)


@require_safe
def linked_archive(request: HttpRequest, name: str) -> HttpResponseBase:
    """For whoever has the link; ``name`` is for those who save under the address's last part."""
    return archive_by_link(request, request.claim)


def _manifest(request: HttpRequest, export: Export) -> dict[str, Any]:
    """What the manifest lists. Without it the page still says what the database knows, and can be deleted."""
    number = request.GET.get("page")
    try:
        page = Paginator(selectors.ListedFiles(export), FILES).get_page(number)
        return {"left_out": selectors.left_out(export), "page": page, "lost": ""}
    except (ConfigError, NotFound, TransientError) as error:
        return {"left_out": None, "page": Paginator([], FILES).get_page(1), "lost": error.message}


def _export(request: HttpRequest, public_id: str) -> Export:
    return found(request, selectors.exports(), public_id)


@require_POST
def export_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    export = _export(request, public_id)
    try:
        delete_export(export, actor=request.actor)
    except Conflicting as error:
        messages.warning(request, error.message)
        return redirect("exports:detail", slug, public_id)
    messages.success(request, f"The {export.title} was deleted.")
    return redirect("exports:list", slug)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for; a snapshot that is not offered falls back to the newest."""
    given = {name: request.GET[name] for name in ("snapshot", "format") if name in request.GET}
    return given | {"pages": request.GET.getlist("pages")}


def _filled_in(form: ExportForm) -> dict[str, Any]:
    """What stands in a form that is not sent off yet; nothing of it is judged."""
    return {name: form[name].value() for name in form.fields} | {"pages": [*form.pages_given, form.pages_unread]}


def _where(request: HttpRequest) -> Where:
    return Where.read(request.POST["pick"], request.POST.get("find", ""))


def _form(
    request: HttpRequest, form: ExportForm, where: Where, *, picking: bool = False, status: int = 200
) -> HttpResponse:
    snapshot = form.snapshot_chosen
    context = {
        "form": form,
        "pick": pick(snapshot, form.pages_given, where) if snapshot else None,
        "is_picking": picking or bool(form.pages_given) or not form.errors.keys().isdisjoint(("pages", "depth")),
        "left_out_formats": LEFT_OUT if request.actor.can(Permission.MEMBER_ADD) else (),
    }
    return render(request, "exports/export_create.html", context, status=status)
