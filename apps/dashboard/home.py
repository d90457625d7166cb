"""Home: what needs a person first, then what runs, then the workspaces."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.access.roles import Permission
from apps.audit.forwarding.selectors import lagging
from apps.audit.selectors import chain_here, entries
from apps.core.http import HttpRequest, requires
from apps.dashboard.rows import CAPTURE, WorkspaceRow, by_urgency, rows_of
from apps.jobs.cards import card, cards
from apps.jobs.models import ACTIVE, Job
from apps.jobs.schedules.selectors import needing_attention
from apps.jobs.selectors import needs_attention
from apps.workspaces import oauth
from apps.workspaces.connect import is_sandbox
from apps.workspaces.keys.selectors import expiring
from apps.workspaces.models import WorkspaceKey, WorkspaceStatus
from apps.workspaces.selectors import workspaces

SHOWN = 8
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that waits for a person."""

    status: str
    title: str
    url: str
    at: datetime | None
    text: str
    action: str
    action_url: str


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """How much of a workspace's rate budget a running job uses."""

    name: str
    used: int
    limit: int
    window: float | None
    """Seconds; None when it is not known."""


@require_safe
@requires(Permission.ORGANIZATION_VIEW)
def home(request: HttpRequest, slug: str) -> HttpResponse:
    may_see = request.actor.can_somewhere(Permission.WORKSPACE_VIEW)
    rows = by_urgency(rows_of(workspaces())) if may_see else []
    running = list(Job.objects.filter(status__in=ACTIVE).order_by("-id"))
    protection = _protection(rows)
    context = {
        "attention": list(_attention(request, rows)) if may_see else [],
        "running": cards(running[:SHOWN]),
        "running_count": len(running),
        "rows": rows[:SHOWN],
        "total": len(rows),
        "protection": protection,
        "protected": protection[0][1],
        "budgets": list(_budgets(running[:SHOWN])),
        "activity": entries()[:5] if request.actor.can(Permission.AUDIT_VIEW) else [],
        "oauth_configured": oauth.is_configured(),
        "is_sandbox": is_sandbox(),
    }
    return render(request, "dashboard/home.html", context)


def _attention(request: HttpRequest, rows: list[WorkspaceRow]) -> Iterator[Attention]:
    slug = request.organization.slug
    if request.actor.can(Permission.AUDIT_VIEW):
        yield from _of_the_log(slug)
    for row in rows:
        url = reverse("workspaces:detail", args=[slug, row.workspace.public_id])
        if row.status == "Access lost":
            connect = reverse("workspaces:connect", args=[slug])
            action = ("Connect again", connect) if request.actor.can(Permission.WORKSPACE_CONNECT) else ("", "")
            title = f"{row.workspace.name}: the key does not work any more"
            yield Attention(row.status, title, url, row.workspace.verified_at, row.workspace.status_reason, *action)
        if row.workspace.status == WorkspaceStatus.REDUCED:
            title = f"{row.workspace.name}: less is reachable than before"
            yield Attention("Reduced", title, url, None, row.workspace.status_reason, "Open workspace", url)
        if row.status == "Behind":
            title = f"{row.workspace.name} has not been captured yet"
            text = "Nothing of it is kept here so far. Take the first snapshot."
            yield Attention(row.status, title, url, None, text, "Open workspace", url)
    for key in expiring(timezone.now())[:SHOWN]:
        yield _expiring(request, key)
    for schedule, run in needing_attention()[:SHOWN]:
        url = reverse("schedules:detail", args=[slug, schedule.public_id])
        yield Attention(run.word, f"{schedule.name} did not start", url, run.at, run.reason, "Open schedule", url)
    for job in needs_attention()[:SHOWN]:
        url = reverse("jobs:detail", args=[slug, job.public_id])
        yield Attention(job.word, job.title, url, job.finished_at, job.error or _missing(job), "Open job", url)


def _expiring(request: HttpRequest, key: WorkspaceKey) -> Attention:
    workspace, slug = key.workspace, request.organization.slug
    tab = reverse("workspaces:detail", args=[slug, workspace.public_id]) + "?tab=keys"
    title = f"{workspace.name}: key {key.number} {'has expired' if key.has_expired else 'expires soon'}"
    ends = "ended" if key.has_expired else "ends"
    text = f"It {ends} on {key.expires_at:%-d %B %Y}. Add the next one before captures fail."
    if not request.actor.can(Permission.KEY_ROTATE, workspace.pk):
        return Attention("Expiring", title, tab, key.expires_at, text, "", "")
    add = reverse("workspaces:key_add", args=[slug, workspace.public_id])
    return Attention("Expiring", title, tab, None, text, "Rotate key", add)


def _of_the_log(slug: str) -> Iterator[Attention]:
    chain, log = chain_here(), reverse("audit:list", args=[slug])
    if chain.broken_seq is not None:
        title = f"The audit log’s chain is broken at entry {chain.broken_seq:,}"
        yield Attention("Error", title, log, chain.checked_at, chain.broken_reason, "Open audit log", log)
    for state in lagging():
        url = reverse("audit:settings", args=[slug])
        title = f"{state.destination.name} lacks {state.waiting:,} entries of the audit log"
        text = state.destination.last_error or "It takes entries more slowly than they are written."
        yield Attention(state.word, title, url, state.waits_since, text, "Open forwarding", url)


def _missing(job: Job) -> str:
    shown = card(job)
    total, done = shown.total or 0, shown.done
    if job.kind != CAPTURE:
        return f"{done:,} of {total:,} done. The job names the rest."
    return f"{done:,} of {total:,} read. Exports keep using the newest complete snapshot until this closes."


def _protection(rows: list[WorkspaceRow]) -> list[tuple[str, int, str]]:
    """(label, count, tone) over all workspaces; the first is the proven part."""
    now = timezone.now()
    found = Counter(_protected(row, now) for row in rows)
    tones = {"complete": "ok", "incomplete": "warn", "access lost": "bad", "older or never": "mute"}
    return [(label, found[label], tone) for label, tone in tones.items()]


def _protected(row: WorkspaceRow, now: datetime) -> str:
    if row.snapshot is not None and row.snapshot.finished_at and now - row.snapshot.finished_at < DAY:
        return "complete"
    if row.status == "Access lost":
        return "access lost"
    return "incomplete" if row.status in ("Incomplete", "Failed") else "older or never"


def _budgets(running: list[Job]) -> Iterator[BudgetLine]:
    for job in running:
        if job.budget.get("limit"):
            name = job.subject_label or job.title
            yield BudgetLine(name, job.budget["used"], job.budget["limit"], job.budget.get("window"))
