"""Putting objects back into the frontier: at the end of a sweep, and when somebody retries a capture."""

from django.db.models import Case, QuerySet, When

from apps.snapshots.capture.endings import EARLY, SLICE
from apps.snapshots.models import CaptureNode, Kind, NodeKind, NodeState, Snapshot, SnapshotState, Turn, Unmet
from apps.snapshots.reasons import REASONS, Help

ONLY = "only"
"""The job's parameter that names the one reason whose objects a retry reads."""


def reopen(snapshot: Snapshot, only: str = "") -> None:
    """Make an ended snapshot, the newest of its workspace, writable again: a retry goes on where it stopped.

    ``only`` is the code of the one reason whose objects are read again; the others stay named.
    """
    Unmet.objects.filter(snapshot=snapshot, reason__in=EARLY).delete()
    revive(snapshot, only=only)
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state=SnapshotState.OPEN, finished_at=None, reason="", roots=[], not_covered=[], swept=False
    )


def revive(snapshot: Snapshot, *, most_attempts: int | None = None, only: str = "") -> int:
    """Put what failed back into the frontier; how many nodes. Their gaps are forgotten, and told anew if they stay.

    With ``most_attempts`` only what a retry can help, and was not tried as often yet.
    """
    helpless = [code for code, reason in REASONS.items() if reason.outcome == "skipped" or reason.help is Help.NONE]
    nodes = CaptureNode.objects.filter(snapshot=snapshot, state__in=[NodeState.FAILED, NodeState.CAPPED])
    gaps = Unmet.objects.filter(snapshot=snapshot).exclude(reason__in=helpless)
    if only:
        gaps = gaps.filter(reason=only)
    if most_attempts is not None:
        nodes = nodes.filter(attempts__lt=most_attempts)
        gaps = gaps.exclude(reason__in=[code for code, reason in REASONS.items() if reason.help is Help.PERSON])
    revived = 0
    while rows := list(nodes.filter(object__in=gaps.values("object")).values_list("pk", "object")[:SLICE]):
        _put_back(CaptureNode.objects.filter(pk__in=[pk for pk, _ in rows]))
        objects = [object_id for _, object_id in rows]
        Unmet.objects.filter(snapshot=snapshot, object__in=objects).exclude(outcome="skipped").delete()
        revived += len(rows)
    return revived


def _put_back(nodes: QuerySet[CaptureNode]) -> None:
    addressed = [Kind.FILE, NodeKind.BLOCK_COMMENTS]  # these need what is at hand; of others it may be out of date
    nodes.exclude(kind__in=addressed).update(partial=None)
    nodes.update(state=NodeState.PENDING, turn=Case(When(kind=Kind.FILE, then=Turn.FILE), default=Turn.KNOWN))
