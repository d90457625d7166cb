"""Operations on snapshots."""

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting
from apps.core.operations import operation
from apps.jobs.models import Job, Status
from apps.jobs.services import enqueue, retry_job
from apps.snapshots.capture import endings
from apps.snapshots.capture.bases import choose_base
from apps.snapshots.capture.frontier import tally_of
from apps.snapshots.capture.options import Options
from apps.snapshots.capture.retries import ONLY
from apps.snapshots.models import LostObject, NodeState, Snapshot, SnapshotKind, SnapshotState, Unmet
from apps.snapshots.reasons import REASONS, Help
from apps.snapshots.retention.services import prune_soon
from apps.workspaces.models import Workspace, WorkspaceStatus
from apps.workspaces.services import reach_changed


@operation("capture.started", requires=Permission.SNAPSHOT_CAPTURE)
def start_capture(workspace: Workspace, *, options: Options | None = None, actor: Actor) -> Job:
    """Open the workspace's next snapshot and put its capture on.

    Raises :class:`Conflicting` while another capture of the workspace is active, when it is disconnected, or when it
    is to be incremental and there is nothing to build on.
    """
    options = options or Options()
    if workspace.status == WorkspaceStatus.DISCONNECTED:
        raise Conflicting(f"{workspace.name} is disconnected. Nothing was started. Connect it again first.")
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    _close_abandoned(workspace, actor)
    newest = Snapshot.objects.filter(workspace=workspace).order_by("-number").first()
    if newest is not None:
        endings.forget_nodes(newest)  # it is not the newest any more, so nothing goes on there
    base = choose_base(workspace, options)
    snapshot = Snapshot(
        workspace=workspace,
        number=newest.number + 1 if newest is not None else 1,
        kind=SnapshotKind.FULL if base is None else SnapshotKind.INCREMENTAL,
        base_no=base.number if base is not None else None,
        full_at=base.full_at if base is not None else None,
        api_version=workspace.api_version,
        options=options.stored(),
        taken_by=actor.label[:200],
    )
    snapshot.save()
    job = enqueue(
        "snapshots.capture",
        params={"snapshot": snapshot.public_id, "number": snapshot.number, "workspace": workspace.name},
        lane=workspace.lane_key,
        subject=workspace,
        unique_key=workspace.public_id,
        actor=actor,
    )
    Snapshot.objects.filter(pk=snapshot.pk).update(job_id=job.public_id)
    return job


@operation("capture.retried", requires=Permission.JOB_RETRY)
def retry_reason(snapshot: Snapshot, *, reason: str, actor: Actor) -> Job:
    """Read again what a snapshot lacks for one reason, a code of ``REASONS``; the rest of it stays as it is.

    Raises :class:`Conflicting` when nothing is missing for it, a retry cannot help, or a newer capture has begun.
    """
    lacking = Unmet.objects.filter(snapshot=snapshot, reason=reason).exclude(outcome="skipped")
    if not lacking.exists():
        raise Conflicting(f"Snapshot {snapshot.number} lacks nothing for this reason. Nothing was started.")
    if REASONS[reason].help is Help.NONE:
        raise Conflicting(f"{REASONS[reason].title}: a retry cannot help. Nothing was started.")
    if Snapshot.objects.filter(workspace=snapshot.workspace_id, number__gt=snapshot.number).exists():
        raise Conflicting("A newer capture of this workspace has begun. Nothing was started. Capture again instead.")
    job = Job.objects.filter(public_id=snapshot.job_id).first()
    if job is None:
        raise Conflicting("The capture's job is no longer kept. Nothing was started. Capture again instead.")
    job.params = job.params | {ONLY: reason}
    Job.objects.filter(pk=job.pk).update(params=job.params)
    return retry_job(job, actor=actor)


@operation("workspace.access_accepted", requires=Permission.WORKSPACE_UPDATE)
def accept_losses(workspace: Workspace, *, actor: Actor) -> Workspace:
    """Say that it is right that the connection no longer reaches what earlier snapshots hold; they keep it.

    Raises :class:`Conflicting` when nothing waits for it.
    """
    taken, _ = LostObject.objects.filter(workspace=workspace).delete()
    if not taken:
        raise Conflicting(f"Everything that {workspace.name} is expected to reach is reachable. Nothing was changed.")
    reach_changed(workspace, "")
    workspace.refresh_from_db()
    return workspace


def _close_abandoned(workspace: Workspace, actor: Actor) -> None:
    """End an open snapshot whose job has ended without it: cancelled in the queue, or given up by the engine."""
    left = Snapshot.objects.filter(workspace=workspace, state=SnapshotState.OPEN).first()
    if left is None:
        return
    job = Job.objects.filter(public_id=left.job_id).first()
    if job is not None and not job.has_ended:
        raise Conflicting(f"A capture of {workspace.name} is already on its way. Nothing was started.")
    if job is None or job.status == Status.CANCELLED:
        if endings.take_back(left, SnapshotState.CANCELLED):
            prune_soon(workspace, actor)  # only the lane touches the file store: it may be storing the same content
        return
    after = 0
    while rows := endings.pending_slice(left, after):
        endings.name_pending(left, rows, "not_reached")
        after = rows[-1][0]
    endings.end_early(left, tally_of(left, unread=NodeState.FAILED), REASONS["not_reached"].sentence)
