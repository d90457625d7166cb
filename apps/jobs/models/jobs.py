"""Jobs, the lanes they wait in, and the runners that hold lanes. These tables are the truth; the queue only rings.

``Lane``, ``Runner``, ``Job`` and ``JobEvent`` carry no row-level-security policy on PostgreSQL, because a
runner serves all tenants; everybody else reads them through the scoped managers.
"""

from django.db import models
from django.db.models import Q

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class Cluster(models.TextChoices):
    """Where a job runs: ``io`` waits (many lanes in one event loop), ``cpu`` computes (one job per process)."""

    IO = "io"
    CPU = "cpu"


class Status(models.TextChoices):
    """States of a job; the labels are words of the UI's closed status list."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    RETRYING = "retrying", "Retrying"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Failed"
    SUCCEEDED = "succeeded", "Succeeded"
    INCOMPLETE = "incomplete", "Incomplete"


ACTIVE = (Status.QUEUED, Status.RUNNING, Status.RETRYING)
ENDED = (Status.CANCELLED, Status.FAILED, Status.SUCCEEDED, Status.INCOMPLETE)
RETRYABLE = (Status.FAILED, Status.INCOMPLETE, Status.CANCELLED)


class Level(models.TextChoices):
    INFO = "info", "Info"
    WARNING = "warning", "Warning"
    ERROR = "error", "Error"


class Runner(models.Model):
    """One running drain or computing process. Its row is the lease of everything that it holds.

    ``host``, ``pid`` and ``started`` (seconds since the epoch) tell whether the process still exists;
    ``alive_until`` is written by the database's clock. A row that is gone or past is a dead runner, and
    what it held is free at that moment: nothing else has to be changed.
    """

    cluster = models.CharField(max_length=10, choices=Cluster.choices)
    host = models.CharField(max_length=120)
    pid = models.IntegerField()
    started = models.FloatField()
    alive_until = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["host", "pid"], name="runner_by_process")]

    def __str__(self) -> str:
        return f"{self.cluster} runner {self.pk} (process {self.pid} on {self.host})"


class Lane(TenantModel):
    """A queue whose jobs run one after the other, in order. For a workspace, its rate budget's owner.

    ``waiting_since`` is set while there is work, held or not; it lies in the future while the first job
    waits for its next attempt. ``epoch`` grows with every change of hands.
    """

    key = models.CharField(max_length=80)
    runner = models.ForeignKey(Runner, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    epoch = models.PositiveBigIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="lane_once")]
        indexes = [
            models.Index(fields=["waiting_since"], name="lane_waiting", condition=Q(waiting_since__isnull=False)),
            models.Index(fields=["organization", "runner"], name="lane_held", condition=Q(runner__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key


class Job(TenantModel):
    """One long operation. Its state is the fold of its events (:mod:`apps.jobs.state`); progress is columns.

    ``runner``, ``epoch`` and ``position`` are the fence: a runner's write counts only if all three are still
    what it knew. ``epoch`` grows when the job is taken, ``position`` with every write of its runner. ``workspace`` is
    the one that it works on; None for what concerns the whole organization.
    """

    public_id = PublicIdField(prefix="job")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=120, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    workspace = models.ForeignKey("workspaces.Workspace", null=True, on_delete=models.CASCADE, related_name="+")
    created_by_kind = models.CharField(max_length=10)
    created_by_id = models.BigIntegerField(null=True)
    created_by_label = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    # Where it waits and who has it
    cluster = models.CharField(max_length=10, choices=Cluster.choices)
    lane = models.ForeignKey(Lane, null=True, on_delete=models.CASCADE, related_name="jobs")
    runner = models.ForeignKey(Runner, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    epoch = models.PositiveBigIntegerField(default=0)
    position = models.PositiveBigIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)

    # State, rebuilt from the events
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    not_before = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    dead_lettered_at = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    error = models.CharField(max_length=600, blank=True)
    error_detail = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)

    # Progress
    stage = models.CharField(max_length=60, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    budget = models.JSONField(default=dict)
    event_count = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    taken_done = models.PositiveBigIntegerField(default=0)

    AUDITED = ("status", "cancel_requested")
    WORKSPACE = "workspace_id"

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "unique_key"],
                name="job_active_once",
                condition=Q(status__in=[status.value for status in ACTIVE]) & ~Q(unique_key=""),
            ),
            models.CheckConstraint(
                condition=Q(cluster=Cluster.IO, lane__isnull=False) | Q(cluster=Cluster.CPU, lane__isnull=True),
                name="job_lane_if_io",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="job_newest"),
            models.Index(fields=["organization", "status", "-id"], name="job_by_status"),
            models.Index(fields=["organization", "subject_id", "-id"], name="job_by_subject"),
            models.Index(fields=["lane", "status", "id"], name="job_in_lane"),
            models.Index(fields=["cluster", "status", "id"], name="job_in_cluster"),
            models.Index(fields=["runner"], name="job_held", condition=Q(runner__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def word(self) -> str:
        """The status as it is shown: a job that counts what it did and loses nothing is “Complete”."""
        if self.status == Status.SUCCEEDED and self.counts:
            return "Complete"
        return Status(self.status).label


class JobEvent(TenantModel):
    """One entry of a job's append-only stream: a change of its state, or a line of its log."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.INFO)
    kind = models.CharField(max_length=20)
    message = models.CharField(max_length=600)
    data = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["job", "seq"], name="job_event_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"
