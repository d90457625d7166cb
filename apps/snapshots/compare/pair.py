"""Two snapshots of one workspace, and what has to be known before their difference is believed."""

from dataclasses import dataclass

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.core.ui.numbers import counted
from apps.snapshots import selectors
from apps.snapshots.models import Snapshot, SnapshotState

UNEVEN = "coverage"
CLOSED_STATES = (SnapshotState.COMPLETE, SnapshotState.INCOMPLETE, SnapshotState.FAILED)
MISSING = (
    "What it could not read shows as it was read before, or not at all, so it may look unchanged, added or removed."
)
"""True however the gap came about: an incomplete capture closes nothing, and a first one has nothing before it."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """Why a comparison may say too much or too little.

    ``code``: incomplete, failed, running, cancelled, coverage.
    """

    code: str
    number: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The change from ``before`` to ``after``; either may be the older one."""

    before: Snapshot
    after: Snapshot

    @property
    def workspace_id(self) -> int:
        return self.after.workspace_id

    @property
    def low(self) -> int:
        return min(self.before.number, self.after.number)

    @property
    def high(self) -> int:
        return max(self.before.number, self.after.number)

    @property
    def is_same(self) -> bool:
        return self.before.number == self.after.number

    @property
    def is_reversed(self) -> bool:
        return self.before.number > self.after.number

    @property
    def incomplete(self) -> list[int]:
        """The numbers of those that do not prove to hold everything, the older one first."""
        both = {shot.number: shot for shot in (self.before, self.after)}
        return [number for number in sorted(both) if both[number].state != SnapshotState.COMPLETE]

    def caveats(self) -> list[Caveat]:
        both = {shot.number: shot for shot in (self.before, self.after)}
        found = [caveat for number in sorted(both) if (caveat := _caveat(both[number])) is not None]
        return found + _uneven(self.before, self.after) + _uneven(self.after, self.before)

    @property
    def warnings(self) -> list[Caveat]:
        """What is wrong with one of them."""
        return [caveat for caveat in self.caveats() if caveat.code != UNEVEN]

    @property
    def uneven(self) -> list[Caveat]:
        """What only one of them did not look at."""
        return [caveat for caveat in self.caveats() if caveat.code == UNEVEN]


def _uneven(one: Snapshot, other: Snapshot) -> list[Caveat]:
    """What only one of them did not look at: what lies there may look added or removed."""
    looked_at = {told["code"] for told in other.not_covered}
    missed = [told["sentence"] for told in one.not_covered if told["code"] not in looked_at]
    return [Caveat(UNEVEN, one.number, f"In snapshot {one.number} alone: {sentence}") for sentence in missed]


def _caveat(snapshot: Snapshot) -> Caveat | None:
    number = snapshot.number
    missing = snapshot.count("failed") + snapshot.count("capped")
    match snapshot.state:
        case SnapshotState.INCOMPLETE:
            lost = f": {counted(missing, 'object')} could not be read" if missing else ""
            return Caveat("incomplete", number, f"Snapshot {number} is incomplete{lost}. {MISSING}")
        case SnapshotState.FAILED:
            return Caveat("failed", number, f"Snapshot {number} failed before it had read anything. {MISSING}")
        case SnapshotState.OPEN:
            return Caveat("running", number, f"Snapshot {number} is still being taken. This comparison will change.")
        case SnapshotState.CANCELLED:
            return Caveat("cancelled", number, f"Snapshot {number} was cancelled and holds nothing of its own.")
        case _:
            return None


def pair_of(after: Snapshot, before_id: str) -> Pair:
    """Raises :class:`NotFound` when there is no such snapshot of the same workspace."""
    before = selectors.snapshots(after.workspace).filter(public_id=before_id).first()
    if before is None:
        raise NotFound("There is no such snapshot of this workspace. Choose one of its snapshots to compare with.")
    return Pair(before, after)


def usual(snapshot: Snapshot) -> Pair | None:
    """With the one before; the first one with the one that follows it. None when there is no other."""
    if (before := previous(snapshot)) is not None:
        return Pair(before, snapshot)
    later = _closed(snapshot).filter(number__gt=snapshot.number).order_by("number").first()
    return Pair(snapshot, later) if later is not None else None


def previous(snapshot: Snapshot) -> Snapshot | None:
    """The snapshot before: what one is compared with unless another one is chosen."""
    return _closed(snapshot).filter(number__lt=snapshot.number).order_by("-number").first()


def _closed(snapshot: Snapshot) -> QuerySet[Snapshot]:
    return selectors.snapshots(snapshot.workspace).filter(state__in=CLOSED_STATES)
