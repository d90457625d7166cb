from apps.jobs.registry import Look, job
from apps.jobs.run import JobRun
from apps.snapshots.capture.capture import STAGES, Capture
from apps.snapshots.models import Snapshot

LOOK = Look(
    noun="capture",
    stages=STAGES,
    result=("snapshot", "Open snapshot", "snapshots:detail"),
    subject_url="workspaces:detail",
)


@job("snapshots.capture", cluster="io", title="Capture {number} of {workspace}", max_attempts=25, look=LOOK)
async def capture(run: JobRun) -> None:
    """Read a workspace into the snapshot named by ``params["snapshot"]``; see :class:`Capture`."""
    snapshot = await run.db(Snapshot.objects.get, public_id=run.params["snapshot"])
    await Capture(run, snapshot).go()
