"""What a workspace keeps: the rules with their preview; and one snapshot protected, given back, deleted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.roles import Permission
from apps.core.errors import Conflicting
from apps.core.http import HttpRequest, found, requires
from apps.dashboard.rows import rows_of
from apps.dashboard.workspaces import head, workspaces_of_any_state
from apps.exports.retention import beyond
from apps.jobs.schedules.clock import zone_names
from apps.jobs.schedules.selectors import schedules
from apps.snapshots.models import Snapshot
from apps.snapshots.retention.rules import MOST, Rules
from apps.snapshots.retention.selectors import Preview, obstacle, preview, retention_of, rules_of
from apps.snapshots.retention.services import (
    PRUNE,
    delete_snapshot,
    protect_snapshot,
    set_retention,
    unprotect_snapshot,
)

PAGE = 50
NAMED_EXPORTS = 50
RULES = ("last", "daily", "weekly", "monthly")


def _count(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=0, max_value=MOST, initial=0)


class RetentionForm(forms.Form):
    """The keep-rules; 0 means that a rule keeps nothing by itself. All 0: everything is kept."""

    last = _count("Newest snapshots", "The newest ones, whenever they were taken.")
    daily = _count("Days", "The newest of each of the last days that have one.")
    weekly = _count("Weeks", "The newest of each week, Monday to Sunday.")
    monthly = _count("Months", "The newest of each month.")
    exports = _count("Exports of each format", "The newest archives; 0 keeps them all.")
    time_zone = forms.ChoiceField(
        label="Days begin in", choices=[(name, name.replace("_", " ")) for name in zone_names()], initial="UTC"
    )

    def rules(self) -> Rules:
        return Rules(**{name: self.cleaned_data[name] for name in RULES})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SNAPSHOT_VIEW)
def retention_page(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The rules and what they do; with ``?last=…`` what other rules would do. Posting saves them."""
    workspace = found(request, workspaces_of_any_state(), public_id)
    retention = retention_of(workspace)
    now = {name: getattr(retention, name) for name in (*RULES, "exports", "time_zone")}
    given = request.POST if request.method == "POST" else request.GET if "last" in request.GET else None
    form = RetentionForm(given, initial=now)
    if request.method == "POST" and form.is_valid():
        rules, exports, zone = form.rules(), form.cleaned_data["exports"], form.cleaned_data["time_zone"]
        set_retention(retention, rules, exports=exports, time_zone=zone, actor=request.actor)
        kept = (
            "Everything is kept from now on."
            if rules.keep_everything and not exports
            else "They are applied right now, by a job."
        )
        messages.success(request, f"The rules are saved. {kept}")
        return redirect("workspaces:retention", slug, public_id)
    chosen = form.rules() if form.is_bound and form.is_valid() else rules_of(retention)
    zone = form.cleaned_data["time_zone"] if form.is_bound and form.is_valid() else retention.time_zone
    said = preview(workspace, chosen, zone)
    exports = form.cleaned_data["exports"] if form.is_bound and form.is_valid() else retention.exports
    context = head(rows_of([workspace])[0]) | {
        "tab": "retention",
        "form": form,
        "is_proposed": form.is_bound and form.is_valid() and form.has_changed(),
        "rules": rules_of(retention),
        "said": said,
        "doomed_count": len(said.doomed),
        "doomed_exports": len(beyond(workspace.pk, exports)),
        "page": _page(request, said),
        "schedule": schedules(subject_id=workspace.public_id).filter(action=PRUNE).first(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "workspaces/workspace_retention.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SNAPSHOT_DELETE)
def snapshot_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Asks first, and names the exports that lose their link."""
    snapshot = _snapshot(request, public_id)
    why_not = obstacle(snapshot)
    if request.method == "POST" and not why_not:
        number, workspace = snapshot.number, snapshot.workspace
        try:
            delete_snapshot(snapshot, actor=request.actor)
        except Conflicting as error:
            why_not = error.message
        else:
            messages.success(request, f"Snapshot {number} is deleted. A job gives back its room.")
            return redirect("workspaces:detail", slug, workspace.public_id)
    exports = snapshot.exports.select_related("job").order_by("-id")
    context: dict[str, Any] = {
        "snapshot": snapshot,
        "workspace": snapshot.workspace,
        "why_not": why_not,
        "exports": exports[:NAMED_EXPORTS],
        "export_count": exports.count(),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "snapshots/snapshot_delete.html", context, status=status)


@require_POST
def snapshot_protect(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    snapshot = _snapshot(request, public_id)
    try:
        protect_snapshot(snapshot, note=request.POST.get("note", ""), actor=request.actor)
        messages.success(request, f"Snapshot {snapshot.number} is protected: no rule deletes it.")
    except Conflicting as error:
        messages.warning(request, error.message)
    return redirect("snapshots:detail", slug, public_id)


@require_POST
def snapshot_unprotect(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    snapshot = _snapshot(request, public_id)
    try:
        unprotect_snapshot(snapshot, actor=request.actor)
        messages.success(request, f"Snapshot {snapshot.number} is no longer protected. The rules decide about it.")
    except Conflicting as error:
        messages.warning(request, error.message)
    return redirect("snapshots:detail", slug, public_id)


def _snapshot(request: HttpRequest, public_id: str) -> Snapshot:
    return found(request, Snapshot.objects.select_related("workspace"), public_id)


def _page(request: HttpRequest, said: Preview) -> Any:
    """What goes before what stays, each newest first."""
    rows = sorted(said.rows, key=lambda row: (not row[1].goes, -row[0].number))
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))
