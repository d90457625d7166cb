"""Snapshots: the list of all workspaces, and one with its tree, its reader and its reconciliation."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.access.roles import Permission
from apps.core.http import HttpRequest, requires
from apps.jobs.reconciliation import reconciliation
from apps.snapshots.models import Snapshot, SnapshotState
from apps.snapshots.rows import SnapshotRow, snapshot_rows

PAGE = 50
VIEWS = (("All", ""), ("Complete", "complete"), ("Incomplete", "incomplete"), ("Failed", "failed"))


@require_safe
@requires(Permission.SNAPSHOT_VIEW)
def snapshot_list(request: HttpRequest, slug: str) -> HttpResponse:
    state = request.GET.get("state", "")
    found = Snapshot.objects.select_related("workspace").order_by("-id")
    if state in SnapshotState.values:
        found = found.filter(state=state)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    page.object_list = snapshot_rows(page.object_list)  # type: ignore[assignment]
    context = {"page": page, "views": _views(slug, state), "filtered": bool(state)}
    fragment = "#table" if request.htmx.target == "snapshot-table" else ""
    response = render(request, f"snapshots/snapshot_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _views(slug: str, state: str) -> list[tuple[str, str, int | None, bool]]:
    address = reverse("snapshots:list", args=[slug])
    return [(label, f"{address}?state={code}" if code else address, None, code == state) for label, code in VIEWS]


@require_safe
@requires(Permission.SNAPSHOT_VIEW)
def snapshot_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    snapshot = get_object_or_404(Snapshot.objects.select_related("workspace"), public_id=public_id)
    return render(request, "snapshots/snapshot_detail.html", _facts(snapshot))


def _facts(snapshot: Snapshot) -> dict[str, Any]:
    found = reconciliation(snapshot.counts)
    kinds = [(row.done, row.kind.removesuffix("s")) for row in found.rows if row.done]
    return {
        "snapshot": SnapshotRow(snapshot),
        "workspace": snapshot.workspace,
        "kinds": kinds,
        "counts": found.rows,
        "counts_total": found.total,
    }
