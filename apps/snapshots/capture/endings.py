"""How a snapshot ends: complete or incomplete after a whole sweep, early with what is missing, or taken back."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Sum
from django.utils import timezone

from apps.jobs.unmet import Reason as Because
from apps.jobs.unmet import UnmetObject
from apps.snapshots.capture import doubts, losses
from apps.snapshots.capture.coverage import Coverage, block_count, not_covered
from apps.snapshots.capture.tally import Tally, word_of
from apps.snapshots.models import (
    CaptureNode,
    CapturePart,
    NodeKind,
    NodeState,
    ObjectVersion,
    Snapshot,
    SnapshotState,
    Unmet,
)
from apps.snapshots.reasons import REASONS, Help
from apps.snapshots.store import versions
from apps.snapshots.store.roots import find_roots

CAPTURED = (NodeState.DONE, NodeState.CAPPED)
SLICE = 2_000
NAMED = 1_000
"""Missing objects that the job names; the snapshot lists them all."""
EARLY = ("access_lost", "not_reached")
"""Reasons of objects that nobody tried to read."""


class StoreMismatch(Exception):
    """The store does not hold what the capture counted: our own mistake, and a reason not to say “complete”."""


@dataclass(slots=True)
class Sweep:
    """The end of a walk that came to its end. ``complete`` says whether the counts prove it, ``proves`` whether later
    captures may build on it: not when our clock was too far from Notion's."""

    snapshot: Snapshot
    tally: Tally
    complete: bool
    proves: bool

    @classmethod
    def prepare(cls, snapshot: Snapshot, tally: Tally, *, proves: bool = True) -> "Sweep":
        rows = tally.counts().values()
        lossless = all(row["failed"] == 0 and row["capped"] == 0 for row in rows)
        closes = all(row["seen"] == row["done"] + row["skipped"] for row in rows)
        return cls(snapshot, tally, lossless and closes, proves)

    def write(self) -> None:
        """Close what is gone, prove that the store holds what was counted, and end the snapshot.

        An incomplete sweep closes nothing: what it did not meet may still be there. Raises :class:`StoreMismatch`.
        """
        snapshot = self.snapshot
        coverage = Coverage.of(snapshot)
        if self.complete:
            versions.close_unseen(snapshot.workspace_id, snapshot.number, snapshot.pk, sorted(coverage.kinds), CAPTURED)
            self._prove(coverage)
        doubts.settle(snapshot)
        Snapshot.objects.filter(pk=snapshot.pk).update(swept=self.proves)
        state = SnapshotState.COMPLETE if self.complete else SnapshotState.INCOMPLETE
        end(snapshot, state, self.tally, uncovered=coverage.not_covered)

    def _prove(self, coverage: Coverage) -> None:
        alive = versions.alive_at(self.snapshot.workspace_id, self.snapshot.number).filter(kind__in=coverage.kinds)
        stored = _by_kind(alive)
        met = CaptureNode.objects.filter(snapshot=self.snapshot, state__in=CAPTURED, kind__in=coverage.kinds)
        counted = _by_kind(met)
        if stored != counted:
            raise StoreMismatch(f"Stored {stored}, counted {counted}.")


def _by_kind(rows: Any) -> dict[str, int]:
    return dict(rows.order_by().values_list("kind").annotate(count=Count("pk")))


def end(
    snapshot: Snapshot,
    state: SnapshotState,
    tally: Tally,
    *,
    uncovered: list[dict[str, Any]],
    reason: str = "",
) -> None:
    """Write the snapshot's end. Nothing else changes its content afterwards, but a retry."""
    alive = versions.alive_at(snapshot.workspace_id, snapshot.number)
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state=state,
        counts=tally.counts(),
        reason=reason[:600],
        not_covered=uncovered,
        roots=[str(root) for root in find_roots(snapshot)],
        blocks=block_count(snapshot),
        size=alive.aggregate(sum=Sum("size"))["sum"] or 0,
        finished_at=timezone.now(),
    )


def pending_slice(snapshot: Snapshot, after: int) -> list[tuple[Any, ...]]:
    """Objects that were seen and not read yet, a few at a time, in the order of their nodes."""
    rows = CaptureNode.objects.filter(snapshot=snapshot, state=NodeState.PENDING, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", "kind", "object", "parent", "title")[:SLICE])


def name_pending(snapshot: Snapshot, rows: list[tuple[Any, ...]], reason: str) -> None:
    """List objects that an early end left unread. They keep their place in the frontier."""
    outcome = REASONS[reason].outcome
    Unmet.objects.bulk_create(
        [
            Unmet(
                snapshot=snapshot,
                kind=word_of(kind),
                object=object_id,
                parent=parent,
                title=title,
                outcome=outcome,
                reason=reason,
            )
            for _, kind, object_id, parent, title in rows
        ],
        ignore_conflicts=True,
    )


def end_early(snapshot: Snapshot, tally: Tally, reason: str) -> None:
    """The capture could not go on. What was read is kept; without anything read, the snapshot has failed.

    ``tally`` counts what is unread as failed: see ``tally_of``.
    """
    read = CaptureNode.objects.filter(snapshot=snapshot, state__in=CAPTURED).exclude(kind__in=NodeKind.values)
    state = SnapshotState.INCOMPLETE if read.exists() else SnapshotState.FAILED
    end(snapshot, state, tally, reason=reason, uncovered=not_covered(snapshot))


def first_unmet(snapshot: Snapshot) -> list[UnmetObject]:
    """The first objects that are missing, in the words of the job's page."""
    rows = Unmet.objects.filter(snapshot=snapshot, outcome__in=["capped", "failed"]).order_by("pk")[:NAMED]
    return [_named(row) for row in rows]


def _named(row: Unmet) -> UnmetObject:
    reason = REASONS[row.reason]
    because = Because(reason.title, reason.sentence, reason.help is Help.RETRY)
    return UnmetObject(because, row.title or "Untitled", row.kind.removesuffix("s"), str(row.object), row.detail)


def take_back(snapshot: Snapshot, state: SnapshotState, reason: str = "") -> list[str]:
    """Remove everything that the snapshot wrote. Doing it twice changes nothing.

    Returns the names of files to be deleted from the storage after the commit, in the workspace's lane alone.
    """
    doubts.reopen(snapshot)
    names = versions.abort(snapshot.workspace_id, snapshot.number)
    losses.lost(snapshot).delete()
    losses.sum_up(snapshot)
    Unmet.objects.filter(snapshot=snapshot).delete()
    forget_nodes(snapshot)
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state=state,
        counts={},
        reason=reason[:600],
        not_covered=[],
        roots=[],
        blocks=0,
        size=0,
        new_size=0,
        swept=False,
        finished_at=timezone.now(),
    )
    return names


def forget_nodes(snapshot: Snapshot) -> None:
    CapturePart.objects.filter(snapshot=snapshot).delete()
    CaptureNode.objects.filter(snapshot=snapshot).delete()


def vanished_since(snapshot: Snapshot) -> int:
    """How many objects of earlier snapshots this one found to be gone."""
    newer = ObjectVersion.objects.filter(
        workspace=snapshot.workspace_id, object=OuterRef("object"), from_no=snapshot.number
    )
    closed = ObjectVersion.objects.filter(versions.CLOSED, workspace=snapshot.workspace_id, until_no=snapshot.number)
    return closed.filter(~Exists(newer)).count()
