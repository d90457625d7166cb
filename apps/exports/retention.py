"""Which archives stay: the newest of each format of a workspace, as many as its retention says."""

from collections import Counter
from functools import partial

from apps.access.roles import Permission
from apps.core.actor import Actor, ActorKind
from apps.core.errors import Conflicting
from apps.exports.models import Export
from apps.exports.services import delete_export
from apps.jobs.models import ENDED
from apps.jobs.registry import Look, job
from apps.jobs.run import ComputeRun
from apps.jobs.services import enqueue
from apps.snapshots.models import Retention
from apps.snapshots.retention.services import PRUNE_EXPORTS
from apps.workspaces.models import Workspace


@job(
    PRUNE_EXPORTS,
    cluster="cpu",
    title="Retention of the exports of {workspace}",
    look=Look(noun="retention", subject_url="workspaces:detail"),
)
def prune_exports(run: ComputeRun) -> None:
    """Delete the archives that the rule of a workspace does not keep, an operation each."""
    for number in run.db(surplus, run.job.subject_id):
        if run.stopping:
            return
        run.checkpoint(partial(_delete, run.job.subject_id, number))


def surplus(workspace: str) -> list[int]:
    """Row numbers of archives beyond the rule that is set, oldest first."""
    retention = Retention.objects.filter(workspace__public_id=workspace).first()
    return beyond(retention.workspace_id, retention.exports) if retention is not None else []


def beyond(workspace: int, keep: int) -> list[int]:
    """Row numbers of archives that a rule would delete, oldest first; 0 keeps all.

    What made no archive holds nothing and is not counted.
    """
    if not keep:
        return []
    made = Export.objects.filter(workspace=workspace).exclude(storage_name="").order_by("-number")
    counted: Counter[str] = Counter()
    found = []
    for pk, form, status in made.values_list("pk", "format", "job__status"):
        counted[form] += 1
        if counted[form] > keep and status in ENDED:
            found.append(pk)
    return found[::-1]


def prune_exports_after(export: Export) -> None:
    """Apply the rule once an export has its archive."""
    workspace = Workspace.objects.get(pk=export.workspace_id)
    if Retention.objects.filter(workspace=workspace, exports__gt=0).exists():
        enqueue(
            PRUNE_EXPORTS,
            params={"workspace": workspace.name},
            subject=workspace,
            unique_key=workspace.public_id,
            actor=_actor(workspace.organization_id),
        )


def _actor(organization_id: int) -> Actor:
    permissions = frozenset({Permission.EXPORT_DELETE})
    return Actor(ActorKind.SYSTEM, None, "Retention", organization_id, permissions, role="retention")


def _delete(workspace: str, pk: int) -> None:
    """Somebody may have deleted it, changed the rule or retried it meanwhile."""
    export = Export.objects.filter(pk=pk).first()
    if export is None or pk not in surplus(workspace):
        return
    try:
        delete_export(export, because="older than the archives that are kept", actor=_actor(export.organization_id))
    except Conflicting:
        return  # it is being made again
