"""What a person proves themselves with, besides their provider's word."""

from django.db import models

from apps.accounts.models.people import User
from apps.core.fields import PublicIdField


class Passkey(models.Model):
    """A public key of an authenticator (Web Authentication Level 3).

    ``realm`` as in :class:`SignIn`: one that was added while an organization's provider vouched counts there alone.
    ``count`` is the authenticator's own; many leave it at 0.
    """

    public_id = PublicIdField(prefix="psk")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    realm = models.CharField(max_length=24, blank=True)
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(max_length=1023, unique=True, editable=False)
    public_key = models.BinaryField(editable=False)
    count = models.PositiveBigIntegerField(default=0)
    transports = models.JSONField(default=list)
    is_synced = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One way in for who has lost their passkeys. Each works once; ``digest`` is an HMAC of the person and
    the code under a key that is not in the database."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    realm = models.CharField(max_length=24, blank=True)
    digest = models.BinaryField(max_length=32, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "realm", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"a recovery code of {self.user}"
