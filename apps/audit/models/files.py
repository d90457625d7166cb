"""The log as files."""

from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class LogForm(models.TextChoices):
    JSONL = "jsonl", "JSON Lines"
    CSV = "csv", "CSV"


class LogFile(TenantModel):
    """A part of the log that a job writes into the file store. ``storage_name`` is empty until it is there."""

    public_id = PublicIdField(prefix="alf")
    form = models.CharField(max_length=8, choices=LogForm.choices)
    wanted = models.JSONField(default=dict)
    up_to = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)
    count = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    storage_name = models.CharField(max_length=200, blank=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    AUDITED = ("form", "wanted", "up_to", "head")

    def __str__(self) -> str:
        return f"audit log up to entry {self.up_to:,} as {LogForm(self.form).label}"
