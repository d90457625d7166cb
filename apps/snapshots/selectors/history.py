"""The snapshots of a workspace, and the versions of one object through them."""

from uuid import UUID

from django.db.models import QuerySet

from apps.snapshots.models import LostObject, ObjectVersion, Snapshot, SnapshotState
from apps.workspaces.models import Workspace


def snapshots(workspace: Workspace | None = None, *, workspace_id: str = "", state: str = "") -> QuerySet[Snapshot]:
    """Newest first, of one workspace (itself, or its public id) or of all.

    Cancelled ones hold nothing and are shown only when asked for.
    """
    rows = Snapshot.objects.select_related("workspace", "protection").order_by("-id")
    if workspace is not None:
        rows = rows.filter(workspace=workspace)
    if workspace_id:
        rows = rows.filter(workspace__public_id=workspace_id)
    return rows.filter(state=state) if state else rows.exclude(state=SnapshotState.CANCELLED)


def latest_complete(workspace: Workspace) -> Snapshot | None:
    """The newest snapshot that is proven complete; a later incomplete one does not outrank it."""
    complete = Snapshot.objects.filter(workspace=workspace, state=SnapshotState.COMPLETE)
    return complete.order_by("-number").first()


def last_loss(workspace: Workspace) -> Snapshot | None:
    """The newest snapshot that found something no longer reachable which waits for a person."""
    lost = LostObject.objects.filter(workspace=workspace).values("number")
    return Snapshot.objects.filter(workspace=workspace, number__in=lost).order_by("-number").first()


def versions_of(workspace: Workspace, object_id: UUID) -> list[tuple[ObjectVersion, Snapshot | None]]:
    """An object's versions, newest first, each with the first snapshot that still shows it (None: all were dropped)."""
    rows = ObjectVersion.objects.filter(workspace=workspace, object=object_id).defer("body").order_by("-from_no")
    kept = list(Snapshot.objects.filter(workspace=workspace).order_by("number"))
    return [(row, next((shot for shot in kept if row.from_no <= shot.number < row.until_no), None)) for row in rows]
