"""What access tokens are signed with, and which of them were withdrawn."""

from django.db import models

from apps.core.tenancy import TenantModel


class SigningState(models.TextChoices):
    PENDING = "pending", "Pending"
    ACTIVE = "active", "Active"
    RETIRING = "retiring", "Retiring"
    REVOKED = "revoked", "Revoked"


class SigningKey(models.Model):
    """A key pair of the installation (ES256). All but revoked ones are published.

    A pending one is published before anything is signed with it; a retiring one only verifies, until ``retires_at``.
    ``kid`` is the thumbprint of the public key (RFC 7638).
    """

    kid = models.CharField(max_length=43, unique=True)
    state = models.CharField(max_length=10, choices=SigningState.choices, default=SigningState.PENDING)
    public = models.JSONField()
    sealed = models.BinaryField(editable=False, help_text="the private key; empty when it is not needed any more")
    master_key_id = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    retires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="active"), name="signing_key_active"),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="pending"), name="signing_key_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.kid} ({self.state})"


class RevokedAccessToken(TenantModel):
    """An access token that was withdrawn before its time; forgotten when that has come."""

    jti = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.jti
