"""The workspaces and one of them: pages that read several rooms."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.access.roles import Permission
from apps.core.errors import Conflicting
from apps.core.http import HttpRequest, found, requires
from apps.dashboard.rows import WorkspaceRow, by_urgency, rows_of
from apps.dashboard.schedules import of_workspace
from apps.exports.models import Export
from apps.jobs.models import Job
from apps.snapshots import selectors
from apps.snapshots.capture.options import AUTO, FULL, Options
from apps.snapshots.models import StoredFile
from apps.snapshots.services import accept_losses, start_capture
from apps.workspaces import oauth
from apps.workspaces.connect import is_sandbox
from apps.workspaces.forms import WorkspaceFilterForm
from apps.workspaces.keys.selectors import key_word, keys_of
from apps.workspaces.models import KeyState, Workspace, WorkspaceStatus
from apps.workspaces.selectors import workspaces

PAGE = 50
TABS = ("overview", "snapshots", "exports", "schedules", "keys")


@require_safe
@requires(Permission.WORKSPACE_VIEW)
def workspace_list(request: HttpRequest, slug: str) -> HttpResponse:
    form = WorkspaceFilterForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    found = workspaces(given.get("query", ""), given.get("status", ""))
    page = Paginator(by_urgency(rows_of(found)), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "total": Workspace.objects.count(),
        "oauth_configured": oauth.is_configured(),
        "is_sandbox": is_sandbox(),
    }
    fragment = "#table" if request.htmx.target == "workspace-table" else ""
    response = render(request, f"workspaces/workspace_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_safe
@requires(Permission.WORKSPACE_VIEW)
def workspace_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    workspace = found(request, workspaces_of_any_state(), public_id)
    tab = request.GET.get("tab", "overview")
    tab = tab if tab in TABS else "overview"
    row = rows_of([workspace])[0]
    context = head(row) | {"tab": tab} | _TAB_CONTEXT[tab](request, row)
    return render(request, "workspaces/workspace_detail.html", context)


@require_POST
@requires(Permission.SNAPSHOT_CAPTURE)
def capture(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Start a capture, or show the one that is on its way."""
    workspace = found(request, Workspace.objects, public_id)
    try:
        mode = FULL if request.POST.get("mode") == FULL else AUTO
        job = start_capture(workspace, options=Options(mode=mode), actor=request.actor)
    except Conflicting:
        running: Job | None = rows_of([workspace])[0].capture_job
        if running is None:
            raise
        job = running
    return redirect("jobs:detail", slug, job.public_id)


@require_POST
@requires(Permission.WORKSPACE_UPDATE)
def accept(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Accept that less is reachable than before."""
    workspace = found(request, Workspace.objects, public_id)
    try:
        accept_losses(workspace, actor=request.actor)
    except Conflicting as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Accepted. Earlier snapshots keep what they hold.")
    return redirect("workspaces:detail", slug, public_id)


def workspaces_of_any_state() -> Any:
    return Workspace.objects.select_related("key")


def head(row: WorkspaceRow) -> dict[str, Any]:
    """What the head and the tabs of a workspace's pages show."""
    snapshots = selectors.snapshots(row.workspace)
    return {
        "workspace": row.workspace,
        "status": row.status,
        "capture_job": row.capture_job,
        "export_from": row.snapshot,
        "snapshot_count": snapshots.count(),
        "export_count": Export.objects.filter(workspace=row.workspace).count(),
    }


def _overview(request: HttpRequest, row: WorkspaceRow) -> dict[str, Any]:
    stored = StoredFile.objects.filter(workspace=row.workspace).aggregate(size=Sum("size"))["size"] or 0
    snapshots = selectors.snapshots(row.workspace)
    return {
        "problem": _problem(request, row),
        "lost": _lost(request, row),
        "newest": row.snapshot,
        "objects": row.objects or 0,
        "size": row.snapshot.size if row.snapshot else 0,
        "file_size": stored,
        "roots": _roots(request, row),
        "snapshots": snapshots[:5],
    }


def _roots(request: HttpRequest, row: WorkspaceRow) -> list[dict[str, str]]:
    """The topmost things: exactly as captured, with links, or as far as checking the key has shown."""
    if row.snapshot is None:
        return list(row.workspace.roots)
    address = reverse("snapshots:detail", args=[request.organization.slug, row.snapshot.public_id])
    return [
        {"title": entry.title, "kind": entry.kind, "href": f"{address}?object={entry.id}"}
        for entry in selectors.roots(row.snapshot).entries
    ]


def _snapshots(request: HttpRequest, row: WorkspaceRow) -> dict[str, Any]:
    found = selectors.snapshots(row.workspace)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return {"page": page}


def _exports(request: HttpRequest, row: WorkspaceRow) -> dict[str, Any]:
    found = Export.objects.filter(workspace=row.workspace).select_related("workspace", "snapshot", "job")
    return {"page": Paginator(found.order_by("-id"), PAGE).get_page(request.GET.get("page"))}


def _keys(request: HttpRequest, row: WorkspaceRow) -> dict[str, Any]:
    found = keys_of(row.workspace)
    return {
        "keys": [each for each in found if each.state != KeyState.REVOKED],
        "past_keys": [each for each in found if each.state == KeyState.REVOKED][:PAGE],
        "key_status": key_word(row.workspace),
    }


def _schedules(request: HttpRequest, row: WorkspaceRow) -> dict[str, Any]:
    return {"rows": of_workspace(row.workspace)}


_TAB_CONTEXT = {
    "overview": _overview,
    "snapshots": _snapshots,
    "exports": _exports,
    "schedules": _schedules,
    "keys": _keys,
}


def _lost(request: HttpRequest, row: WorkspaceRow) -> tuple[str, str]:
    """The sentence about what is no longer reachable, and where it is listed; two empty strings without any."""
    if row.workspace.status != WorkspaceStatus.REDUCED:
        return "", ""
    found = selectors.last_loss(row.workspace)
    address = reverse("snapshots:detail", args=[request.organization.slug, found.public_id]) if found else ""
    return row.workspace.status_reason, address and f"{address}#left-out"


def _problem(request: HttpRequest, row: WorkspaceRow) -> tuple[str, str, str, str] | None:
    """(sentence, link label, link address, tone) of the worst thing open."""
    slug = request.organization.slug
    if row.status == "Access lost":
        connect = reverse("workspaces:connect", args=[slug]) if request.actor.can(Permission.WORKSPACE_CONNECT) else ""
        return (row.workspace.status_reason, "Connect it again", connect, "bad")
    if row.status in ("Incomplete", "Failed") and row.newest is not None:
        url = reverse("snapshots:detail", args=[slug, row.newest.public_id])
        missing = row.newest.reason or f"Capture {row.newest.number} did not complete."
        return (missing, "See what is missing", url, "warn" if row.status == "Incomplete" else "bad")
    return None
