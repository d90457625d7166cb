"""Snapshots: the list of all workspaces, and one with its tree, its reader and its reconciliation."""

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.access.roles import Permission
from apps.core.errors import Conflicting, NotFound
from apps.core.http import HttpRequest, found, requires
from apps.snapshots import browser, missing, selectors
from apps.snapshots.compare.pair import previous
from apps.snapshots.downloads import file_by_link, file_response
from apps.snapshots.forms import SnapshotFilterForm
from apps.snapshots.models import Protection, Snapshot, SnapshotState
from apps.snapshots.reading import SnapshotContext
from apps.snapshots.services import retry_reason

PAGE = 50
VIEWS = (("All", ""), ("Complete", "complete"), ("Incomplete", "incomplete"), ("Failed", "failed"))
KEEPS = (SnapshotState.COMPLETE, SnapshotState.INCOMPLETE)
MODES = ("page", "markdown", "json")


@require_safe
@requires(Permission.SNAPSHOT_VIEW)
def snapshot_list(request: HttpRequest, slug: str) -> HttpResponse:
    form = SnapshotFilterForm(request.GET)
    workspace, state = form.wanted()
    found = selectors.snapshots(workspace_id=workspace, state=state)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "views": _views(slug, workspace, state)}
    fragment = "#table" if request.htmx.target == "snapshot-table" else ""
    response = render(request, f"snapshots/snapshot_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_safe
@requires(Permission.SNAPSHOT_VIEW)
def snapshot_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """``?object=`` chooses what is read, ``?as=`` how, ``?find=`` searches the tree."""
    snapshot = _snapshot(request, public_id)
    chosen, mode = _chosen(request), request.GET.get("as", "page")
    href = partial(_object_href, reverse("snapshots:detail", args=[slug, public_id]))
    words = request.GET.get("find", "").strip()[:120]
    tree, hidden = browser.found(snapshot, words, chosen, href) if words else browser.tree(snapshot, chosen, href)
    context = _facts(snapshot, slug) | {"tree": tree, "tree_query": words, "tree_hidden": hidden, "mode": "page"}
    if chosen is not None:
        mode = mode if mode in MODES else "page"
        links = SnapshotContext(snapshot, href, partial(_file_href, slug, public_id))
        reader = browser.read(snapshot, chosen, mode, request.GET.get("page", "1"), links, href)
        context |= {"reader": reader, "mode": mode, "versions": _versions(snapshot, chosen, slug)}
        context["before"] = previous(snapshot)
    fragment = "#reader" if request.htmx.target == "reader" else ""
    response = render(request, f"snapshots/snapshot_detail.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_POST
@requires(Permission.JOB_RETRY)
def snapshot_retry(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Read again what it lacks for one ``reason``."""
    try:
        job = retry_reason(_snapshot(request, public_id), reason=request.POST.get("reason", ""), actor=request.actor)
    except Conflicting as error:
        messages.warning(request, error.message)
        return redirect("snapshots:detail", slug, public_id)
    messages.success(request, f"“{job.title}” is queued again.")
    return redirect("jobs:detail", slug, job.public_id)


@require_safe
@requires(Permission.SNAPSHOT_VIEW)
def snapshot_file(request: HttpRequest, slug: str, public_id: str, object_id: UUID) -> HttpResponseBase:
    return file_response(request, _snapshot(request, public_id), object_id)


@require_safe
def linked_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """For whoever has the link; ``name`` is for those who save under the address's last part."""
    return file_by_link(request, request.claim)


def _snapshot(request: HttpRequest, public_id: str) -> Snapshot:
    return found(request, Snapshot.objects.select_related("workspace"), public_id)


def _chosen(request: HttpRequest) -> UUID | None:
    given = request.GET.get("object", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NotFound("The address names an object by something that is no id.") from None


def _object_href(address: str, object_id: UUID) -> str:
    return f"{address}?object={object_id}"


def _file_href(slug: str, public_id: str, object_id: UUID) -> str:
    return reverse("snapshots:file", args=[slug, public_id, object_id])


def _views(slug: str, workspace: str, state: str) -> list[tuple[str, str, int | None, bool]]:
    """The saved views; the workspace that is chosen stays so."""
    address = reverse("snapshots:list", args=[slug])

    def to(code: str) -> str:
        given = {name: value for name, value in (("workspace", workspace), ("state", code)) if value}
        return f"{address}?{urlencode(given)}" if given else address

    return [(label, to(code), None, code == state) for label, code in VIEWS]


def _facts(snapshot: Snapshot, slug: str) -> dict[str, Any]:
    """Head and reconciliation."""
    found = selectors.reconciliation_of(snapshot)
    protection = Protection.objects.filter(snapshot=snapshot).first()
    href = partial(_object_href, reverse("snapshots:detail", args=[slug, snapshot.public_id]))
    groups = missing.groups(snapshot, href, "failed", "capped")
    return {
        "snapshot": snapshot,
        "workspace": snapshot.workspace,
        "export_count": snapshot.exports.count(),
        "protection": protection,
        "can_protect": protection is None and snapshot.state in KEEPS,
        "kinds": [(count, kind.removesuffix("s")) for count, kind in selectors.kinds_held(snapshot)],
        "counts": found.rows,
        "counts_total": found.total,
        "not_covered": snapshot.not_covered,
        "left_out": missing.groups(snapshot, href, "skipped"),
        "unmet": groups,
        "lost_count": selectors.unmet(snapshot, reason="no_longer_reachable").count(),
        "unmet_count": sum(group.count for group in groups),
    }


def _versions(snapshot: Snapshot, object_id: UUID, slug: str) -> list[tuple[str, str, bool]]:
    """(label, address, is shown) of each version that a snapshot still shows, newest first."""
    return [
        (
            f"Snapshot {shot.number}",
            _object_href(reverse("snapshots:detail", args=[slug, shot.public_id]), object_id),
            version.from_no <= snapshot.number < version.until_no,
        )
        for version, shot in selectors.versions_of(snapshot.workspace, object_id)
        if shot is not None
    ]
