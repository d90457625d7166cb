"""The record of who did what. Entries are only ever added."""

from typing import Any

from django.db import models

from apps.audit.catalogue import sentence
from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class AuditEntry(TenantModel):
    """One performed or refused operation."""

    public_id = PublicIdField(prefix="aud")
    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, choices=[("succeeded", "Succeeded"), ("refused", "Refused")])
    reason = models.CharField(max_length=400, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["organization", "-id"], name="audit_newest"),
            models.Index(fields=["organization", "event", "-id"], name="audit_by_event"),
            models.Index(fields=["organization", "actor_label", "-id"], name="audit_by_actor"),
            models.Index(fields=["organization", "subject_id", "-id"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.actor_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Audit entries are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("Audit entries are never deleted.")

    @property
    def sentence(self) -> str:
        """What was done, to stand behind the actor: “started Capture 3 of Acme”."""
        return sentence(self.event, self.subject_label)

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """(field, before, after) of each field that differs, in the model's order."""
        names = list(dict.fromkeys([*self.before, *self.after]))
        pairs = [(name, self.before.get(name), self.after.get(name)) for name in names]
        return [pair for pair in pairs if pair[1] != pair[2]]
