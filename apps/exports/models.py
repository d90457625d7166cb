"""Exports: files made from one snapshot, kept as one archive."""

from datetime import datetime

from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.jobs.models import Status


class ExportState(models.TextChoices):
    """The labels are words of the UI's closed status list."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    RETRYING = "retrying", "Retrying"
    COMPLETE = "complete", "Complete"
    INCOMPLETE = "incomplete", "Incomplete"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


STATE_OF_JOB: dict[str, ExportState] = {
    Status.QUEUED: ExportState.QUEUED,
    Status.RUNNING: ExportState.RUNNING,
    Status.RETRYING: ExportState.RETRYING,
    Status.SUCCEEDED: ExportState.COMPLETE,
    Status.INCOMPLETE: ExportState.INCOMPLETE,
    Status.FAILED: ExportState.FAILED,
    Status.CANCELLED: ExportState.CANCELLED,
}
"""An export is in the state of the job that makes it, which is written in one place only."""


class Export(TenantModel):
    """One export. ``number`` counts the exports of its workspace.

    A finished export outlives its ``snapshot``: the archive needs nothing of it, and ``snapshot_number`` says which it
    was.

    ``counts``: ``{kind: {"seen", "done", "skipped", "capped", "failed"}}`` of the snapshot's objects. ``file_count``
    and ``content_size`` (bytes) speak of the files inside, ``size`` and ``sha256`` of the archive that holds them.
    ``storage_name`` is empty until the archive is whole in the store, and only then set.
    """

    public_id = PublicIdField(prefix="exp")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="exports")
    snapshot = models.ForeignKey("snapshots.Snapshot", null=True, on_delete=models.SET_NULL, related_name="exports")
    snapshot_number = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    format = models.CharField(max_length=40)
    format_label = models.CharField(max_length=60)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    file_count = models.PositiveBigIntegerField(null=True)
    content_size = models.PositiveBigIntegerField(null=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    storage_name = models.CharField(max_length=200, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.RESTRICT, related_name="+")

    WORKSPACE = "workspace_id"
    AUDITED = ("number", "format", "options", "state", "sha256")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="export_number_once")]
        indexes = [
            models.Index(fields=["organization", "-id"], name="export_newest"),
            models.Index(fields=["workspace", "-id"], name="export_by_workspace"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> ExportState:
        return STATE_OF_JOB[self.job.status]

    @property
    def word(self) -> str:
        """The state as it is shown."""
        return str(self.state.label)

    @property
    def finished_at(self) -> datetime | None:
        return self.job.finished_at

    @property
    def error(self) -> str:
        """Why it failed, for the customer; empty otherwise."""
        return self.job.error

    @property
    def is_ready(self) -> bool:
        """Whether there is an archive to download."""
        return self.storage_name != ""

    @property
    def manifest_name(self) -> str:
        """The manifest's name in the store: the same bytes as inside the archive, to be read without opening it."""
        return f"{self.storage_name.removesuffix('.zip')}.manifest.json"
