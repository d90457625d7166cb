"""What the rules say about a workspace, and how much room it would give. Changes nothing."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, Sum
from django.utils import timezone

from apps.jobs.models import ACTIVE, Job
from apps.jobs.schedules.clock import zone_named
from apps.snapshots.models import ObjectVersion, Protection, Retention, Snapshot, SnapshotState
from apps.snapshots.retention.rules import Candidate, Rules, Verdict, plan
from apps.snapshots.store.versions import CLOSED
from apps.workspaces.models import Workspace

CAPTURING = "its capture has not ended"
EXPORTING = "an export of it has not ended"
BUILT_ON = "the newest capture builds on it"


@dataclass(frozen=True, slots=True)
class Preview:
    """What rules would do now. ``versions`` and ``size`` (bytes, about) are what only the doomed snapshots hold."""

    rules: Rules
    rows: list[tuple[Snapshot, Verdict]]
    versions: int
    size: int

    @property
    def doomed(self) -> list[Snapshot]:
        return [snapshot for snapshot, verdict in self.rows if verdict.goes]

    @property
    def kept(self) -> int:
        return len(self.rows) - len(self.doomed)


def retention_of(workspace: Workspace) -> Retention:
    """The rules of a workspace; a fresh row that keeps everything when there are none."""
    return Retention.objects.filter(workspace=workspace).first() or Retention(workspace=workspace)


def rules_of(retention: Retention) -> Rules:
    return Rules(retention.last, retention.daily, retention.weekly, retention.monthly)


def protections(snapshots: Iterable[Snapshot]) -> dict[int, Protection]:
    """Who protects which snapshot, by its row number."""
    found = Protection.objects.filter(snapshot__in=[snapshot.pk for snapshot in snapshots])
    return {protection.snapshot_id: protection for protection in found}


def preview(workspace: Workspace, rules: Rules, time_zone: str) -> Preview:
    """Raises :class:`Invalid` for a zone that there is not."""
    snapshots = list(Snapshot.objects.filter(workspace=workspace).order_by("-number"))
    verdicts = plan(_candidates(snapshots), rules, zone_named(time_zone), timezone.now())
    rows = list(zip(snapshots, verdicts, strict=True))
    going = [snapshot.number for snapshot, verdict in rows if verdict.goes]
    kept = [snapshot.number for snapshot, verdict in rows if not verdict.goes]
    versions, size = _only_in(workspace, going, kept)
    return Preview(rules, rows, versions, size)


def verdicts(workspace: Workspace, retention: Retention) -> list[tuple[Snapshot, Verdict]]:
    """What the rules that are set say now."""
    snapshots = list(Snapshot.objects.filter(workspace=workspace).order_by("-number"))
    said = plan(_candidates(snapshots), rules_of(retention), zone_named(retention.time_zone), timezone.now())
    return list(zip(snapshots, said, strict=True))


def obstacle(snapshot: Snapshot) -> str:
    """Why a snapshot cannot be deleted now, as a sentence; empty if it can."""
    others = list(Snapshot.objects.filter(workspace=snapshot.workspace_id).order_by("-number"))
    said = next(one for one in _candidates(others) if one.number == snapshot.number)
    complete = next((one.number for one in others if one.state == SnapshotState.COMPLETE), None)
    if said.protected:
        return "It is protected. Lift the protection first."
    if snapshot.number == complete:
        return "It is the newest complete snapshot of its workspace, which is always kept."
    if snapshot.number == others[0].number:
        return "It is the newest snapshot of its workspace, which is always kept: the next one builds on it."
    return f"It is in use: {said.busy}. Try again later." if said.busy else ""


def _candidates(snapshots: Sequence[Snapshot]) -> list[Candidate]:
    protected, busy = protections(snapshots), _busy(snapshots)
    return [
        Candidate(
            number=snapshot.number,
            state=snapshot.state,
            taken_at=snapshot.taken_at,
            ended_at=snapshot.finished_at,
            protected=snapshot.pk in protected,
            busy=busy.get(snapshot.pk, ""),
        )
        for snapshot in snapshots
    ]


def _busy(snapshots: Sequence[Snapshot]) -> Mapping[int, str]:
    jobs = {snapshot.job_id: snapshot.pk for snapshot in snapshots if snapshot.job_id}
    captured = Job.objects.filter(public_id__in=list(jobs), status__in=ACTIVE).values_list("public_id", flat=True)
    busy = {snapshot.pk: CAPTURING for snapshot in snapshots if snapshot.is_open}
    busy |= {jobs[public_id]: CAPTURING for public_id in captured}
    ids = [snapshot.pk for snapshot in snapshots]
    read = Snapshot.objects.filter(pk__in=ids, exports__job__status__in=ACTIVE)  # known by the name of the relation
    return dict.fromkeys(read.values_list("pk", flat=True), EXPORTING) | _base(snapshots) | busy


def _base(snapshots: Sequence[Snapshot]) -> dict[int, str]:
    """What the newest one builds on, while its capture runs or may be retried."""
    newest = max(snapshots, key=lambda one: one.number, default=None)
    if newest is None or newest.base_no is None or newest.state == SnapshotState.COMPLETE:
        return {}
    return {one.pk: BUILT_ON for one in snapshots if one.number == newest.base_no}


def _only_in(workspace: Workspace, going: Sequence[int], kept: Sequence[int]) -> tuple[int, int]:
    """Count and bytes of the versions that only snapshots in ``going`` show."""
    if not going:
        return 0, 0
    closed = ObjectVersion.objects.filter(CLOSED, workspace=workspace).order_by()
    alike = closed.values_list("from_no", "until_no").annotate(count=Count("pk"), bytes=Sum("size"))
    numbers = sorted(kept)
    unseen = [(count, size) for first, until, count, size in alike if not _shows(numbers, first, until)]
    return sum(count for count, _ in unseen), sum(size for _, size in unseen)


def _shows(numbers: Sequence[int], first: int, until: int) -> bool:
    """Whether one of the sorted numbers lies in ``first <= number < until``."""
    at = bisect_left(numbers, first)
    return at < len(numbers) and numbers[at] < until


def gaps(workspace_id: int) -> Iterator[tuple[int, int]]:
    """``(previous, following)`` around snapshots that are gone: what only they showed belongs to nobody.

    A snapshot that is still open is no border: taking it back gives the versions that it ended their life again.
    """
    ended = Snapshot.objects.filter(workspace=workspace_id).exclude(state=SnapshotState.OPEN)
    numbers = [0, *ended.order_by("number").values_list("number", flat=True)]
    return ((before, after) for before, after in pairwise(numbers) if after - before > 1)
