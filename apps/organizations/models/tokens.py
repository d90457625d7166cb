"""Keys to the API."""

from django.conf import settings
from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class ApiToken(TenantModel):
    """A key to the API. Only its hash is kept; the prefix lets its owner find it again."""

    public_id = PublicIdField(prefix="tok")
    name = models.CharField(max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_used_ip = models.GenericIPAddressField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    AUDITED = ("name", "prefix", "expires_at", "revoked_at")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "-created_at"], name="token_newest")]

    def __str__(self) -> str:
        return self.name
