"""Where a person is signed in."""

from django.db import models

from apps.accounts.models.people import User
from apps.core.fields import PublicIdField


class Ended(models.TextChoices):
    """Why a sign-in is over."""

    SIGNED_OUT = "signed_out", "Signed out"
    REVOKED = "revoked", "Ended by you"
    REPLACED = "replaced", "Signed in anew"
    EXPIRED = "expired", "Expired"
    BY_ORGANIZATION = "by_organization", "Ended by an organization"


class SignIn(models.Model):
    """One sign-in of a person in one browser. A session without such a row, or with an ended one, lets nobody in.

    ``digest`` is the SHA-256 of the session's key. ``realm`` is the public id of the organization whose own provider
    vouches for it, and in which alone it is good; empty for providers of the installation. ``seen_at`` is exact to the
    minute.
    """

    public_id = PublicIdField(prefix="sgn")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    provider = models.CharField(max_length=60)
    provider_label = models.CharField(max_length=120)
    realm = models.CharField(max_length=24, blank=True)
    device = models.CharField(max_length=80)
    ip = models.GenericIPAddressField(null=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    second_factor_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, choices=Ended.choices, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-began_at"], name="sign_in_newest")]

    def __str__(self) -> str:
        return f"{self.device} through {self.provider_label}"
