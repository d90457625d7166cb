"""What people say about the log."""

from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class LogRules(TenantModel):
    """For how long entries are kept. Without a row, or with None: for ever."""

    keep_days = models.PositiveIntegerField(null=True)
    next_at = models.DateTimeField(null=True)

    AUDITED = ("keep_days",)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization"], name="audit_rules_once")]

    def __str__(self) -> str:
        return "retention of the audit log"


class SavedFilter(TenantModel):
    """A filter of the log that a person keeps, for themselves or for everybody here. ``owner`` is their public id."""

    public_id = PublicIdField(prefix="asf")
    name = models.CharField(max_length=80)
    owner = models.CharField(max_length=64)
    owner_label = models.CharField(max_length=200)
    shared = models.BooleanField(default=False)
    wanted = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("name", "shared", "wanted")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "owner", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name
