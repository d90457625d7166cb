"""Whether a capture builds on an earlier snapshot, and on which."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.core.errors import Conflicting
from apps.snapshots.capture.options import FULL, INCREMENTAL, Options
from apps.snapshots.models import Snapshot
from apps.workspaces.models import Workspace

NO_BASE = (
    "There is nothing that an incremental capture of {name} could build on: no earlier snapshot looked at the same "
    "things under the same API version and came to its end. Nothing was started. Take a full sweep."
)


def choose_base(workspace: Workspace, options: Options) -> Snapshot | None:
    """The snapshot to build on, None for a full sweep. Raises :class:`Conflicting` when there has to be one."""
    if options.mode == FULL:
        return None
    newest = Snapshot.objects.filter(workspace=workspace, swept=True).order_by("-number").first()
    fits = (
        newest is not None
        and newest.api_version == workspace.api_version
        and options.reads_like(Options.read(newest.options))
    )
    if options.mode == INCREMENTAL:
        if not fits:
            raise Conflicting(NO_BASE.format(name=workspace.name))
        return newest
    return newest if fits and newest is not None and _is_recent(newest) else None


def _is_recent(snapshot: Snapshot) -> bool:
    longest = timedelta(days=settings.SNAPSHOT_FULL_SWEEP_DAYS)
    return snapshot.full_at is not None and timezone.now() - snapshot.full_at < longest
