"""The audit log and one entry in its drawer."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.access.roles import Permission
from apps.audit import selectors
from apps.audit.forms import EntryFilterForm
from apps.audit.models import AuditEntry
from apps.core.http import HttpRequest, requires

PAGE = 50


@require_safe
@requires(Permission.AUDIT_VIEW)
def entry_list(request: HttpRequest, slug: str) -> HttpResponse:
    return _log(request)


@require_safe
@requires(Permission.AUDIT_VIEW)
def entry_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    return _log(request, get_object_or_404(AuditEntry.objects, public_id=public_id))


def _log(request: HttpRequest, entry: AuditEntry | None = None) -> HttpResponse:
    form = EntryFilterForm(request.GET)
    page = Paginator(selectors.entries(form.wanted()), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "entry": entry}
    fragment = {"audit-table": "#table", "drawer": "#drawer"}.get(request.htmx.target or "", "")
    response = render(request, f"audit/entry_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response
