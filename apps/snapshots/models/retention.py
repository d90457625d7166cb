"""What a workspace keeps, and which snapshots a person keeps out of every rule."""

from django.db import models

from apps.core.tenancy import TenantModel
from apps.snapshots.models.snapshots import Snapshot


class Retention(TenantModel):
    """The keep-rules of one workspace; see :mod:`apps.snapshots.retention.rules`. None: everything is kept.

    ``last``, ``daily``, ``weekly`` and ``monthly`` count snapshots, ``exports`` archives of each format; 0 keeps none
    for this rule's sake. Days begin in ``time_zone``.
    """

    workspace = models.OneToOneField("workspaces.Workspace", on_delete=models.CASCADE, related_name="retention")
    last = models.PositiveSmallIntegerField(default=0)
    daily = models.PositiveSmallIntegerField(default=0)
    weekly = models.PositiveSmallIntegerField(default=0)
    monthly = models.PositiveSmallIntegerField(default=0)
    exports = models.PositiveSmallIntegerField(default=0)
    time_zone = models.CharField(max_length=60, default="UTC")

    WORKSPACE = "workspace_id"
    AUDITED = ("last", "daily", "weekly", "monthly", "exports", "time_zone")

    def __str__(self) -> str:
        return f"Retention of {self.workspace}"


class Protection(TenantModel):
    """A snapshot that no rule deletes, nor anybody else before this is lifted."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.CASCADE, related_name="protection")
    note = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Protection of {self.snapshot}"
