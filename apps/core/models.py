"""What the plumbing of the API has to remember."""

from django.db import models

from apps.core.tenancy import TenantModel


class IdempotentCall(TenantModel):
    """A call that came with an ``Idempotency-Key``: what it was, and its answer once there is one.

    ``key`` is a digest of the credential and of what the caller made up, ``call`` one of method, address and body. The
    answer is encrypted, because it may hold a secret that is shown once; what opens it is made from the caller's key,
    which is not stored. ``turn`` grows when a call takes over from one whose process is gone.
    """

    key = models.CharField(max_length=64)
    call = models.CharField(max_length=64)
    turn = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    answer = models.BinaryField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="idempotent_call_once")]
        indexes = [models.Index(fields=["started_at"], name="idempotent_call_oldest")]

    def __str__(self) -> str:
        return self.key[:12]
