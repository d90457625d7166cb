from django.db.models import QuerySet

from apps.workspaces.models import Workspace, WorkspaceStatus


def workspaces(query: str = "", status: str = "") -> QuerySet[Workspace]:
    """The organization's workspaces by name; disconnected ones only when asked for by their status."""
    rows = Workspace.objects.select_related("key").order_by("name", "id")
    if query:
        rows = rows.filter(name__icontains=query)
    if status:
        return rows.filter(status=status)
    return rows.exclude(status=WorkspaceStatus.DISCONNECTED)


def needing_attention() -> QuerySet[Workspace]:
    return Workspace.objects.filter(status=WorkspaceStatus.ACCESS_LOST).order_by("name", "id")
