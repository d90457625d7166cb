"""A workspace as the lists show it: its worst open state, and its newest complete snapshot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from apps.jobs.models import ACTIVE, Job
from apps.snapshots.models import Snapshot, SnapshotState
from apps.workspaces.models import Workspace, WorkspaceStatus

URGENCY = ("Access lost", "Failed", "Incomplete", "Reduced", "Behind", "Running", "Retired", "Healthy")
"""Worst first; the order of the lists."""

CAPTURE = "snapshots.capture"


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    workspace: Workspace
    status: str
    snapshot: Snapshot | None
    newest: Snapshot | None
    capture_job: Job | None

    @property
    def objects(self) -> int | None:
        return self.snapshot.count("done") if self.snapshot else None

    @property
    def key(self) -> str:
        key = self.workspace.key
        return f"{key.get_connection_display()} {key.hint}" if key is not None else "none"

    @property
    def rate_limit(self) -> str:
        return f"{self.workspace.rate_limit:,} in {self.workspace.rate_window:g} s"


def rows_of(workspaces: Iterable[Workspace]) -> list[WorkspaceRow]:
    """Three queries, however many workspaces there are."""
    known = list(workspaces)
    complete = _newest(known, [SnapshotState.COMPLETE])
    ended = _newest(known, [SnapshotState.COMPLETE, SnapshotState.INCOMPLETE, SnapshotState.FAILED])
    captures = capture_jobs(known)
    return [
        WorkspaceRow(
            workspace,
            worst_state(workspace, ended.get(workspace.pk), captures.get(workspace.lane_key)),
            complete.get(workspace.pk),
            ended.get(workspace.pk),
            captures.get(workspace.lane_key),
        )
        for workspace in known
    ]


def worst_state(workspace: Workspace, newest: Snapshot | None, capture: Job | None) -> str:
    """The worst word that holds now; a running capture hides only what it may mend."""
    if workspace.status not in (WorkspaceStatus.HEALTHY, WorkspaceStatus.REDUCED):
        return str(workspace.status)
    if capture is not None:
        return "Running"
    if newest is not None and newest.state in (SnapshotState.INCOMPLETE, SnapshotState.FAILED):
        return newest.word
    if workspace.status == WorkspaceStatus.REDUCED:
        return str(workspace.status)
    return "Healthy" if newest is not None else "Behind"


def by_urgency(rows: Iterable[WorkspaceRow]) -> list[WorkspaceRow]:
    return sorted(rows, key=lambda row: (URGENCY.index(row.status), row.workspace.name.casefold()))


def capture_jobs(workspaces: Sequence[Workspace]) -> dict[str, Job]:
    """The capture that waits or runs, by the workspace's lane."""
    keys = [workspace.lane_key for workspace in workspaces]
    jobs = Job.objects.filter(lane__key__in=keys, kind=CAPTURE, status__in=ACTIVE).select_related("lane")
    return {job.lane.key: job for job in jobs if job.lane is not None}


def _newest(workspaces: Sequence[Workspace], states: Sequence[SnapshotState]) -> dict[int, Snapshot]:
    one = Snapshot.objects.filter(workspace=OuterRef("pk"), state__in=states).order_by("-number").values("pk")[:1]
    chosen: QuerySet[Workspace] = Workspace.objects.filter(pk__in=[workspace.pk for workspace in workspaces])
    ids = chosen.annotate(newest=Subquery(one)).values_list("newest", flat=True)
    snapshots = Snapshot.objects.filter(pk__in=[pk for pk in ids if pk is not None])
    return {snapshot.workspace_id: snapshot for snapshot in snapshots}
