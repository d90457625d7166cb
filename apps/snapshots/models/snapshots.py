"""A snapshot: one number in a workspace's history."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.jobs.models import Job, Status
from apps.jobs.reconciliation import shortfall


class Kind(models.TextChoices):
    """What the store holds a version of. The label is the word under which a reconciliation counts it."""

    PAGE = "page", "pages"
    ROW = "row", "rows"
    DATABASE = "database", "databases"
    DATA_SOURCE = "data_source", "data sources"
    TEMPLATE = "template", "templates"
    VIEW = "view", "views"
    DISCUSSION = "discussion", "comments"
    BLOCK_DISCUSSION = "block_discussion", "comments"
    USER = "user", "users"
    CUSTOM_EMOJI = "custom_emoji", "custom emojis"
    FILE_UPLOAD = "file_upload", "file uploads"
    FILE = "file", "files"


class SnapshotState(models.TextChoices):
    """The labels are words of the UI's closed status list."""

    OPEN = "open", "Running"
    COMPLETE = "complete", "Complete"
    INCOMPLETE = "incomplete", "Incomplete"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class SnapshotKind(models.TextChoices):
    """How a capture goes about it: it reads everything, or what is not proven unchanged since an earlier one."""

    FULL = "full", "Full sweep"
    INCREMENTAL = "incremental", "Incremental"


class Snapshot(TenantModel):
    """What a workspace looked like while one capture read it. Its content is the versions alive at ``number``.

    ``counts``: ``{kind: {"seen", "done", "skipped", "capped", "failed"}}``. ``not_covered``: what this capture did
    not look at, as ``[{"code", "sentence", "count"}]``. ``roots``: ids of the topmost objects, once it is closed.
    ``size`` counts all bytes it consists of, ``new_size`` those that it added to the store.

    ``base_no``: the snapshot that an incremental one builds on. ``full_at``: when everything was last read, here or in
    the snapshots that it builds on. ``swept``: the walk came to its end, so that others may build on it.
    """

    public_id = PublicIdField(prefix="snp")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=SnapshotState.choices, default=SnapshotState.OPEN)
    kind = models.CharField(max_length=12, choices=SnapshotKind.choices, default=SnapshotKind.FULL)
    base_no = models.PositiveIntegerField(null=True)
    full_at = models.DateTimeField(null=True)
    api_version = models.CharField(max_length=10, blank=True)
    swept = models.BooleanField(default=False)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    not_covered = models.JSONField(default=list)
    reason = models.CharField(max_length=600, blank=True)
    roots = models.JSONField(default=list)
    blocks = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    new_size = models.PositiveBigIntegerField(default=0)
    taken_by = models.CharField(max_length=200)
    job_id = models.CharField(max_length=24, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    AUDITED = ("number", "state")
    WORKSPACE = "workspace_id"

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="snapshot_number_once"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(state=SnapshotState.OPEN.value), name="snapshot_open_once"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="snapshot_newest")]

    def __str__(self) -> str:
        return f"Snapshot {self.number}"

    @property
    def word(self) -> str:
        """The state as it is shown. While it is open its job knows best: it may wait, or have ended without it."""
        if self.is_open:
            job = Job.objects.filter(public_id=self.job_id).only("organization", "status").first()
            if job is not None and job.status not in (Status.SUCCEEDED, Status.INCOMPLETE):
                return str(Status(job.status).label)
        return str(SnapshotState(self.state).label)

    @property
    def about(self) -> str:
        """How it was taken, in words: “Incremental on snapshot 6”."""
        return "Full sweep" if self.base_no is None else f"Incremental on snapshot {self.base_no}"

    @property
    def gap(self) -> str:
        """What keeps it from being complete, in a sentence for whoever reads from it; empty for a complete one."""
        if self.state == SnapshotState.COMPLETE:
            return ""
        if self.is_open:
            return f"Snapshot {self.number} is not complete: it is still being taken, and holds what was read so far."
        missing = self.count("failed") + self.count("capped")
        why = self.reason or f"{shortfall(missing, self.seen)}."
        return f"Snapshot {self.number} is not complete. {why}"

    @property
    def taken_at(self) -> datetime:
        return self.started_at or self.created_at

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is open."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    @property
    def done(self) -> int:
        return self.count("done")

    @property
    def accounted(self) -> int:
        """What is stored, or left out for a reason that it names."""
        return self.count("done") + self.count("skipped")

    @property
    def seen(self) -> int:
        return self.count("seen")

    @property
    def is_open(self) -> bool:
        return self.state == SnapshotState.OPEN

    def count(self, column: str) -> int:
        """The sum of one column of the counts over all kinds."""
        counts: dict[str, dict[str, Any]] = self.counts
        return sum(int(row.get(column, 0)) for row in counts.values())
