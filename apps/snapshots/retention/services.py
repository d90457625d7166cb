"""Operations of retention: the rules, protecting a snapshot, deleting one, and putting the rules to work."""

from dataclasses import asdict

from apps.access.roles import Permission
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Conflicting, Invalid
from apps.core.operations import operation
from apps.jobs.models import Job, Missed
from apps.jobs.schedules.clock import zone_named
from apps.jobs.schedules.selectors import schedules
from apps.jobs.schedules.services import Plan, create_schedule, delete_schedule
from apps.jobs.services import enqueue
from apps.snapshots.models import Protection, Retention, Snapshot, SnapshotState
from apps.snapshots.retention.rules import MOST, Rules
from apps.snapshots.retention.selectors import obstacle, rules_of
from apps.workspaces.models import Workspace

PRUNE = "snapshots.prune"
PRUNE_EXPORTS = "exports.prune"
"""The kind of job that the room of the exports declares for the archives."""
DAILY = "0 4 * * *"
JITTER = 3_600


def retention_actor(organization_id: int) -> Actor:
    """The rules themselves: whoever set them was allowed to delete."""
    permissions = frozenset({Permission.SNAPSHOT_DELETE})
    return Actor(ActorKind.SYSTEM, None, "Retention", organization_id, permissions, role="retention")


@operation("retention.updated", requires=Permission.SNAPSHOT_DELETE)
def set_retention(retention: Retention, rules: Rules, *, exports: int = 0, time_zone: str, actor: Actor) -> Retention:
    """Set what a workspace keeps, and put the rules to work. Raises :class:`Invalid`."""
    zone_named(time_zone)
    for name, count in [*asdict(rules).items(), ("exports", exports)]:
        if not 0 <= count <= MOST:
            raise Invalid(f"A rule keeps between 0 and {MOST:,}.", field=name)
        setattr(retention, name, count)
    retention.time_zone = time_zone
    retention.save()
    _keep_schedule(retention, rules.keep_everything, actor)
    prune_soon(retention.workspace, actor)
    if exports:
        workspace = retention.workspace
        enqueue(
            PRUNE_EXPORTS,
            params={"workspace": workspace.name},
            subject=workspace,
            unique_key=workspace.public_id,
            actor=actor,
        )
    return retention


def _keep_schedule(retention: Retention, keep_everything: bool, actor: Actor) -> None:
    """Rules are applied once a day besides after each capture: what has not completed goes by its age.

    A schedule that is there already stays as people have set it; without rules there is none.
    """
    workspace = retention.workspace
    there = schedules(subject_id=workspace.public_id).filter(action=PRUNE)
    if keep_everything:
        for schedule in there:
            delete_schedule(schedule, actor=actor)
    elif not there.exists():
        plan = Plan(f"Retention of {workspace}", DAILY, retention.time_zone, jitter=JITTER, missed=Missed.ONCE)
        create_schedule(PRUNE, workspace, {}, plan, actor=actor)


@operation("retention.applied", requires=Permission.SNAPSHOT_DELETE)
def apply_retention(workspace: Workspace, *, actor: Actor) -> Job:
    """Put the rules of a workspace to work. The job that is on its way is as good as a new one."""
    return prune_soon(workspace, actor)


@operation("snapshot.protected", requires=Permission.SNAPSHOT_CAPTURE)
def protect_snapshot(snapshot: Snapshot, *, note: str = "", actor: Actor) -> Snapshot:
    """Keep a snapshot out of every rule. Raises :class:`Conflicting` when it is already, or holds nothing."""
    if snapshot.state not in (SnapshotState.COMPLETE, SnapshotState.INCOMPLETE):
        raise Conflicting(f"Snapshot {snapshot.number} is {snapshot.word.lower()}: there is nothing to protect.")
    Workspace.objects.select_for_update().get(pk=snapshot.workspace_id)
    if not Snapshot.objects.filter(pk=snapshot.pk).exists():
        raise Conflicting(f"Snapshot {snapshot.number} has just been deleted.")
    if Protection.objects.filter(snapshot=snapshot).exists():
        raise Conflicting(f"Snapshot {snapshot.number} is protected already.")
    Protection.objects.create(snapshot=snapshot, note=note.strip()[:200], by=actor.label[:200])
    return snapshot


@operation("snapshot.unprotected", requires=Permission.SNAPSHOT_DELETE)
def unprotect_snapshot(snapshot: Snapshot, *, actor: Actor) -> Snapshot:
    """Give a snapshot back to the rules; they are looked at on their next run."""
    deleted, _ = Protection.objects.filter(snapshot=snapshot).delete()
    if not deleted:
        raise Conflicting(f"Snapshot {snapshot.number} is not protected.")
    return snapshot


@operation("snapshot.deleted", requires=Permission.SNAPSHOT_DELETE)
def delete_snapshot(snapshot: Snapshot, *, because: str = "", actor: Actor) -> Snapshot:
    """Delete a snapshot at once; a job gives back the room of what only it showed. All others stay as they are.

    Exports made from it keep their archives. Raises :class:`Conflicting` for one that has to stay.
    """
    workspace = Workspace.objects.select_for_update().get(pk=snapshot.workspace_id)  # captures and exports wait here
    if why_not := obstacle(snapshot):
        raise Conflicting(f"Snapshot {snapshot.number} was not deleted. {why_not}")
    snapshot.delete()
    Job.objects.filter(public_id=snapshot.job_id).update(result={})  # what it made is no longer there to be opened
    prune_soon(workspace, actor)
    return snapshot


def prune_soon(workspace: Workspace, actor: Actor) -> Job:
    """Put the job on that applies the rules and gives back room; in the workspace's lane, so beside no capture."""
    return enqueue(
        PRUNE,
        params={"workspace": workspace.name},
        lane=workspace.lane_key,
        subject=workspace,
        unique_key=workspace.public_id,
        actor=actor,
    )


def prune_after(snapshot: Snapshot) -> None:
    """Put the rules to work after a capture, if there are any and it has completed."""
    retention = Retention.objects.select_related("workspace").filter(workspace=snapshot.workspace_id).first()
    complete = Snapshot.objects.filter(pk=snapshot.pk, state=SnapshotState.COMPLETE).exists()
    if retention is not None and complete and not rules_of(retention).keep_everything:
        prune_soon(retention.workspace, retention_actor(retention.organization_id))
