"""What a snapshot holds and lacks: the reconciliation, and the objects that are missing."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from apps.jobs.reconciliation import Reconciliation, reconciliation
from apps.snapshots.capture.tally import ORDER
from apps.snapshots.models import Snapshot, Unmet
from apps.snapshots.reasons import REASONS, Reason

SHOWN = 20


@dataclass(frozen=True, slots=True)
class UnmetGroup:
    """Objects that are missing for one reason; the first few of them."""

    reason: Reason
    count: int
    objects: list[Unmet]

    @property
    def hidden(self) -> int:
        return self.count - len(self.objects)


def reconciliation_of(snapshot: Snapshot) -> Reconciliation:
    """The counts in the usual order of kinds."""
    counts = snapshot.counts
    return reconciliation({kind: counts[kind] for kind in ORDER if kind in counts})


def kinds_held(snapshot: Snapshot) -> list[tuple[int, str]]:
    """How many of each kind the snapshot holds: ``[(11196, "pages"), …]``."""
    return [(row.done, row.kind) for row in reconciliation_of(snapshot).rows if row.done]


def unmet(snapshot: Snapshot, *, outcome: str = "", reason: str = "") -> QuerySet[Unmet]:
    """What is missing. Without ``outcome`` also what was left out lawfully."""
    rows = Unmet.objects.filter(snapshot=snapshot).order_by("id")
    if outcome:
        rows = rows.filter(outcome=outcome)
    return rows.filter(reason=reason) if reason else rows


def unmet_groups(snapshot: Snapshot, *outcomes: str, shown: int = SHOWN) -> list[UnmetGroup]:
    """Missing objects by reason, in the order of the table of reasons; of all outcomes unless some are named."""
    rows = Unmet.objects.filter(snapshot=snapshot)
    counts = dict(rows.order_by().values_list("reason").annotate(count=Count("pk")))
    wanted = [r for r in REASONS.values() if counts.get(r.code) and (not outcomes or r.outcome in outcomes)]
    return [UnmetGroup(r, counts[r.code], list(unmet(snapshot, reason=r.code)[:shown])) for r in wanted]
