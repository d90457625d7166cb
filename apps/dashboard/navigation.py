"""The sidebar: what the actor may see, with tallies of what waits for a person or runs."""

from django.urls import reverse

from apps.access.roles import Permission
from apps.core.http import HttpRequest
from apps.core.ui.navigation import NavItem
from apps.jobs.models import Job, Status
from apps.workspaces.selectors import needing_attention

ENTRIES = (
    # label, route, icon, group, key after G, permission
    ("Home", "dashboard:home", "home", "today", "h", Permission.ORGANIZATION_VIEW),
    ("Workspaces", "workspaces:list", "building", "keep", "w", Permission.WORKSPACE_VIEW),
    ("Snapshots", "snapshots:list", "stack-2", "keep", "s", Permission.SNAPSHOT_VIEW),
    ("Exports", "exports:list", "file-export", "keep", "e", Permission.EXPORT_VIEW),
    ("Jobs", "jobs:list", "activity", "happened", "j", Permission.JOB_VIEW),
    ("Audit log", "audit:list", "list-details", "happened", "a", Permission.AUDIT_VIEW),
    ("Schedules", "schedules:list", "clock", "rules", "c", Permission.JOB_VIEW),
    ("Settings", "organizations:settings", "settings", "rules", "", Permission.ORGANIZATION_VIEW),
)


def entries(request: HttpRequest) -> list[NavItem]:
    """The entries for this actor. Tallies cost one query each and are left out where they are zero."""
    slug, actor = request.organization.slug, request.actor
    tallies = _tallies(request)
    items = []
    for label, route, icon, group, key, permission in ENTRIES:
        if actor.can_somewhere(permission):
            url = reverse(route, args=[slug])
            tally, tally_label, tone = tallies.get(route, (0, "", ""))
            items.append(NavItem(label, url, icon, group, _active(request, route, url), key, tally, tally_label, tone))
    return items


def _active(request: HttpRequest, route: str, url: str) -> bool:
    if route == "dashboard:home":
        return request.path == url
    return request.path.startswith("/".join(url.split("/")[:4]) + "/")


def _tallies(request: HttpRequest) -> dict[str, tuple[int, str, str]]:
    tallies = {}
    if request.actor.can_somewhere(Permission.WORKSPACE_VIEW):
        tallies["workspaces:list"] = (needing_attention().count(), "need attention", "bad")
    if request.actor.can_somewhere(Permission.JOB_VIEW):
        running = Job.objects.filter(status__in=[Status.RUNNING, Status.RETRYING]).count()
        tallies["jobs:list"] = (running, "running", "run")
    return tallies
