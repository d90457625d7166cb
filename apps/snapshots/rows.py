"""Snapshots as the tables show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.snapshots.models import Snapshot
from apps.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One line of ``snapshots/snapshot_rows.html``."""

    snapshot: Snapshot

    @property
    def public_id(self) -> str:
        return str(self.snapshot.public_id)

    @property
    def number(self) -> int:
        return self.snapshot.number

    @property
    def status(self) -> str:
        return self.snapshot.word

    @property
    def workspace(self) -> Workspace:
        return self.snapshot.workspace

    @property
    def taken_at(self) -> datetime:
        return self.snapshot.started_at or self.snapshot.created_at

    @property
    def taken_by(self) -> str:
        return self.snapshot.taken_by

    @property
    def size(self) -> int:
        return self.snapshot.size

    @property
    def new_size(self) -> int:
        return self.snapshot.new_size

    @property
    def reason(self) -> str:
        return self.snapshot.reason

    @property
    def job_id(self) -> str:
        return self.snapshot.job_id

    @property
    def done(self) -> int:
        return self.snapshot.count("done")

    @property
    def seen(self) -> int:
        return self.snapshot.count("seen")

    @property
    def seconds(self) -> float | None:
        if self.snapshot.started_at is None or self.snapshot.finished_at is None:
            return None
        return (self.snapshot.finished_at - self.snapshot.started_at).total_seconds()


def snapshot_rows(snapshots: Iterable[Snapshot]) -> list[SnapshotRow]:
    return [SnapshotRow(snapshot) for snapshot in snapshots]
