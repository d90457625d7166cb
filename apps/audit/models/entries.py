"""The record of who did what. Entries are only ever added; the sealer gives each its place in the chain, once."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q

from apps.audit.catalogue import sentence
from apps.core.fields import PublicIdField
from apps.core.tenancy import ContentModel, TenantManager, TenantModel, TenantQuerySet

NEVER = "Audit entries are never changed or deleted."


class EntryQuerySet(TenantQuerySet["AuditEntry"]):
    """Reads only. The database refuses the rest as well, whoever asks (:mod:`apps.audit.triggers`)."""

    def update(self, **values: Any) -> NoReturn:
        raise TypeError(NEVER)

    def delete(self) -> NoReturn:
        raise TypeError(NEVER)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(NEVER)


class EntryManager(TenantManager["AuditEntry"]):
    queryset_class = EntryQuerySet


class AuditEntry(ContentModel):
    """One event: an operation that was performed or refused, a sign-in, a page that was refused.

    ``seq`` and ``hash`` are its place in the organization's chain, None until it is sealed. ``actor_ref``,
    ``credential`` and ``workspace`` are public ids; ``teams`` are those whose grants gave the right.
    """

    public_id = PublicIdField(prefix="aud")
    seq = models.PositiveBigIntegerField(null=True, editable=False)
    hash = models.BinaryField(max_length=32, null=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, choices=[("succeeded", "Succeeded"), ("refused", "Refused")])
    reason = models.CharField(max_length=400, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_ref = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=200)
    role = models.CharField(max_length=20, blank=True)
    teams = models.JSONField(default=list)
    credential = models.CharField(max_length=64, blank=True)
    workspace = models.CharField(max_length=24, blank=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects: ClassVar[EntryManager] = EntryManager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "seq"], name="audit_seq_once")]
        indexes = [
            models.Index(fields=["organization", "-id"], name="audit_newest"),
            models.Index(fields=["organization", "event", "-id"], name="audit_by_event"),
            models.Index(fields=["organization", "actor_label", "-id"], name="audit_by_actor"),
            models.Index(fields=["organization", "subject_id", "-id"], name="audit_by_subject"),
            models.Index(
                fields=["organization", "workspace", "-id"], name="audit_by_workspace", condition=~Q(workspace="")
            ),
            models.Index(fields=["organization", "-id"], name="audit_refused", condition=Q(outcome="refused")),
            models.Index(fields=["organization", "id"], name="audit_unsealed", condition=Q(seq__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.actor_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError(NEVER)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(NEVER)

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
