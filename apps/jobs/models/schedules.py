"""What is started by the clock, and what became of each time that it was due."""

from django.db import models
from django.db.models import Q

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.jobs.models.jobs import ACTIVE, Job


class Missed(models.TextChoices):
    """What happens with runs that came due while nothing was there to start them."""

    SKIP = "skip", "Skip them and wait for the next one"
    ONCE = "once", "Run once when back"


class Outcome(models.TextChoices):
    """The labels are words of the UI's closed status list; that of a started run is said by its job."""

    STARTED = "started", "Retired"
    SKIPPED = "skipped", "Skipped"
    MISSED = "missed", "Behind"
    FAILED = "failed", "Failed"


class Schedule(TenantModel):
    """An action that starts by the clock, on one thing (``subject_type``, ``subject_id`` as in :class:`Job`).

    ``cron`` has five fields and is read in ``time_zone`` (IANA). ``due_at`` is the time that the expression names
    next, ``next_at`` when the start really happens: later by up to ``jitter`` seconds. Both are None while paused.
    """

    public_id = PublicIdField(prefix="sch")
    name = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=200)
    workspace = models.ForeignKey("workspaces.Workspace", null=True, on_delete=models.CASCADE, related_name="+")
    cron = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=60)
    jitter = models.PositiveIntegerField(default=0)
    missed = models.CharField(max_length=4, choices=Missed.choices, default=Missed.ONCE)
    enabled = models.BooleanField(default=True)
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("name", "action", "params", "subject_label", "cron", "time_zone", "jitter", "missed", "enabled")
    WORKSPACE = "workspace_id"

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["next_at"], name="schedule_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["organization", "name", "id"], name="schedule_by_name"),
            models.Index(fields=["organization", "subject_id"], name="schedule_by_subject"),
        ]

    def __str__(self) -> str:
        return self.name


class ScheduleRun(TenantModel):
    """One time that a schedule was due, and what came of it.

    ``due_at`` is the time that the expression named, ``at`` when somebody came to it. ``job`` is what was started.
    While ``follows`` is true a second step waits for the end of ``job``; ``then`` is the job of that step.
    ``asked_by`` is set when a person asked for this run.
    """

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="runs", db_index=False)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.CharField(max_length=600, blank=True)
    asked_by = models.CharField(max_length=200, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    follows = models.BooleanField(default=False)
    then = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["schedule", "-id"], name="schedule_run_newest"),
            models.Index(fields=["follows"], name="schedule_run_follows", condition=Q(follows=True)),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} at {self.due_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_active(self) -> bool:
        """Whether something that it started has not ended, or a step of it is still to come."""
        return self.follows or any(job is not None and job.status in ACTIVE for job in (self.job, self.then))

    @property
    def last_job(self) -> Job | None:
        """The job of its second step, or of its first."""
        return self.then or self.job

    @property
    def word(self) -> str:
        """The state as it is shown: that of the last job, or why there is none."""
        if self.outcome == Outcome.STARTED and self.last_job is not None:
            return self.last_job.word
        return str(Outcome(self.outcome).label)
