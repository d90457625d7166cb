"""The audit log, one entry in its drawer, checking the chain, keeping filters, taking the log out as a file."""

from typing import Any

import orjson
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.roles import Permission
from apps.audit import selectors, services
from apps.audit.downloads import content_of, file_by_link
from apps.audit.forms import EntryFilterForm, ExportForm, SaveFilterForm
from apps.audit.models import AuditEntry, LogFile
from apps.audit.selectors import EntryFilter
from apps.audit.verification import Anchor, verify
from apps.core.errors import Conflicting, Invalid
from apps.core.http import HttpRequest, requires
from apps.jobs.models import ACTIVE

PAGE = 50
PAGES = 200
"""Pages of a list: whoever looks for something older filters, or exports."""
SHOWN_FILES = 20


class Newest(Paginator):  # type: ignore[type-arg]
    """The newest entries, and the true count of all."""

    @cached_property
    def num_pages(self) -> int:
        return min(super().num_pages, PAGES)


@require_safe
@requires(Permission.AUDIT_VIEW)
def entry_list(request: HttpRequest, slug: str) -> HttpResponse:
    return _log(request)


@require_safe
@requires(Permission.AUDIT_VIEW)
def entry_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    return _log(request, get_object_or_404(AuditEntry.objects, public_id=public_id))


@require_POST
@requires(Permission.AUDIT_VIEW)
def verify_log(request: HttpRequest, slug: str) -> HttpResponse:
    """Check the chain now, or by a job when it is long. With an anchor it is always checked at once."""
    chain = selectors.chain_here()
    given = request.POST.get("anchor", "").strip()
    try:
        anchor = Anchor.parse(given) if given else None
    except Invalid as error:
        messages.error(request, f"{error.message} Nothing was checked.")
        return redirect("audit:list", slug)
    if anchor is None and chain.seq > services.AT_ONCE:
        job = services.start_verification(chain, actor=request.actor)
        return redirect("jobs:detail", slug, job.public_id)
    verdict = verify(anchor)
    services.record_verdict(selectors.chain_here(), verdict, actor=request.actor)
    if verdict.broken is None:
        more = " The noted head is part of it." if anchor else ""
        messages.success(request, f"The chain holds: {verdict.count:,} entries were checked.{more}")
    return redirect("audit:list", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.AUDIT_EXPORT)
def export_log(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Ask for a file of what the filter in the address finds. A large one is written by a job."""
    wanted = EntryFilterForm(request.GET).wanted()
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        file = services.export_log(form.cleaned_data["format"], wanted, actor=request.actor)
        if file.job is not None:
            return redirect("jobs:detail", slug, file.job.public_id)
        return content_of(file)
    context = {
        "form": form,
        "wanted": wanted.stored(),
        "count": selectors.entries(wanted).count(),
        "chain": selectors.chain_here(),
        "files": LogFile.objects.select_related("job").filter(job__isnull=False).order_by("-id")[:SHOWN_FILES],
        "active": ACTIVE,
    }
    return render(request, "audit/export.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(Permission.AUDIT_EXPORT)
def file_download(request: HttpRequest, slug: str, public_id: str) -> HttpResponseBase:
    file = get_object_or_404(LogFile.objects.select_related("organization"), public_id=public_id)
    try:
        return redirect(services.download(file, actor=request.actor).address)
    except Conflicting as error:
        messages.warning(request, error.message)
        return redirect("audit:export", slug)


@require_safe
def linked_log(request: HttpRequest, name: str) -> HttpResponseBase:
    """For whoever has the link; ``name`` is for those who save under the address's last part."""
    return file_by_link(request, request.claim)


@require_POST
@requires(Permission.AUDIT_VIEW)
def filter_save(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the filter that the address holds."""
    wanted = EntryFilterForm(request.GET).wanted()
    form = SaveFilterForm(request.POST)
    if form.is_valid():
        kept = services.save_filter(
            form.cleaned_data["name"], wanted, shared=form.cleaned_data["shared"], actor=request.actor
        )
        messages.success(request, f"The filter “{kept.name}” is kept.")
    else:
        messages.error(request, "Give the filter a name of at most 80 characters. It was not kept.")
    return redirect(_address(slug, wanted))


@require_POST
@requires(Permission.AUDIT_VIEW)
def filter_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    kept = get_object_or_404(selectors.saved_filters(request.actor.ref), public_id=public_id)
    services.delete_filter(kept, actor=request.actor)
    messages.success(request, f"The filter “{kept.name}” is gone. No entry was touched.")
    return redirect("audit:list", slug)


def _log(request: HttpRequest, entry: AuditEntry | None = None) -> HttpResponse:
    form = EntryFilterForm(request.GET)
    wanted = form.wanted()
    fragment = {"audit-table": "#table", "drawer": "#drawer"}.get(request.htmx.target or "", "")
    context: dict[str, Any] = {"form": form, "entry": entry, "save_form": SaveFilterForm()}
    if fragment != "#drawer":
        context["page"] = Newest(selectors.entries(wanted, newest=selectors.NEWEST), PAGE).get_page(
            request.GET.get("page")
        )
    if not fragment:
        context |= _around(request, wanted)
    if entry is not None:
        newer, older = selectors.neighbours(entry, wanted)
        facts = selectors.entry_document(entry)
        context |= {"links": selectors.links_of(entry), "newer": newer, "older": older}
        context["json"] = orjson.dumps(facts, option=orjson.OPT_INDENT_2).decode() if facts else ""
    response = render(request, f"audit/entry_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _around(request: HttpRequest, wanted: EntryFilter) -> dict[str, Any]:
    """What stands around the table: the chain, and the filters that somebody keeps."""
    slug, stored = request.organization.slug, wanted.stored()
    kept = list(selectors.saved_filters(request.actor.ref))
    views = [("All entries", reverse("audit:list", args=[slug]), None, not stored)]
    views += [(one.name, _address(slug, EntryFilter.read(one.wanted)), None, one.wanted == stored) for one in kept]
    mine = next((one for one in kept if one.wanted == stored and stored), None)
    return {"chain": selectors.chain_here(), "views": views if kept else [], "chosen": mine, "stored": stored}


def _address(slug: str, wanted: EntryFilter) -> str:
    query = QueryDict(mutable=True)
    query.update(wanted.stored())
    return f"{reverse('audit:list', args=[slug])}{'?' if query else ''}{query.urlencode()}"
