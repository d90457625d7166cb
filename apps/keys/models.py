"""Encrypted secrets. What is stored here cannot be read without the installation's master key."""

from django.db import models
from django.db.models import Q

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class TenantKey(TenantModel):
    """The organization's data key, wrapped by a master key (``master_key_id`` says which).

    New secrets are sealed with the one that is not ``retired_at``; a retired one goes when it seals none any more.
    """

    public_id = PublicIdField(prefix="dek")
    master_key_id = models.CharField(max_length=200)
    wrapped = models.BinaryField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    AUDITED = ("master_key_id",)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization"], condition=Q(retired_at=None), name="tenant_key_current")
        ]
        indexes = [models.Index(fields=["master_key_id"], name="tenant_key_by_master")]

    def __str__(self) -> str:
        return f"data key {self.public_id}"


class Secret(TenantModel):
    """One secret, sealed with the tenant's data key and bound to its organization, row and purpose."""

    public_id = PublicIdField(prefix="sec")
    purpose = models.CharField(max_length=40)
    key = models.ForeignKey(TenantKey, on_delete=models.RESTRICT, related_name="+")
    sealed = models.BinaryField(editable=False)
    hint = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("purpose", "hint")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "purpose"], name="secret_by_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} ending in {self.hint}" if self.hint else self.purpose
