from functools import partial

from apps.core.errors import ConfigError
from apps.jobs.models import Job
from apps.jobs.registry import Look, job
from apps.jobs.run import JobRun
from apps.snapshots.capture.capture import STAGES, Capture
from apps.snapshots.models import Snapshot
from apps.snapshots.retention import pruning
from apps.snapshots.retention.services import PRUNE, prune_after
from apps.workspaces.models import Workspace

LOOK = Look(
    noun="capture",
    stages=STAGES,
    result=("snapshot", "Open snapshot", "snapshots:detail"),
    subject_url="workspaces:detail",
)


def _gone(job: Job) -> str:
    there = Snapshot.objects.filter(public_id=job.params["snapshot"]).exists()
    return "" if there else "The snapshot was deleted. Start a new capture instead."


@job("snapshots.capture", cluster="io", title="Capture {number} of {workspace}", max_attempts=25, look=LOOK, gone=_gone)
async def capture(run: JobRun) -> None:
    """Read a workspace into the snapshot named by ``params["snapshot"]``; see :class:`Capture`."""
    snapshot = await run.db(_snapshot, run.params["snapshot"])
    await Capture(run, snapshot).go()
    await run.checkpoint(partial(prune_after, snapshot))


def _snapshot(public_id: str) -> Snapshot:
    found = Snapshot.objects.filter(public_id=public_id).first()
    if found is None:
        raise ConfigError("The snapshot of this capture was deleted. Start a new capture.")
    return found


@job(
    PRUNE,
    cluster="io",
    title="Retention of {workspace}",
    look=Look(noun="retention", stages=pruning.STAGES, subject_url="workspaces:detail"),
    opens=False,
)
async def prune(run: JobRun) -> None:
    """Apply the rules of a workspace and give back room; see :class:`Pruning`."""
    workspace, organization = await run.db(_workspace, run.job.subject_id)
    await pruning.Pruning(run, workspace, organization).go()


def _workspace(public_id: str) -> tuple[Workspace, str]:
    workspace = Workspace.objects.select_related("organization").get(public_id=public_id)
    return workspace, workspace.organization.public_id
