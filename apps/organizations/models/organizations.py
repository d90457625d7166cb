"""Tenants, and the addresses that they had."""

from django.db import models
from django.utils import timezone

from apps.core.fields import PublicIdField


class Organization(models.Model):
    """A tenant. Everything else that is not a person hangs from it.

    ``deletes_at`` is set while it waits to be deleted: until then it can be called back, and nothing new starts.
    """

    public_id = PublicIdField(prefix="org")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deletes_at = models.DateTimeField(null=True, editable=False)
    deletion_asked_by = models.CharField(max_length=200, blank=True, editable=False)
    own_provider_only = models.BooleanField(default=False, help_text="members come in by its own provider alone")
    second_factor_required = models.BooleanField(default=False)

    AUDITED = ("name", "slug", "deletes_at", "own_provider_only", "second_factor_required")

    def __str__(self) -> str:
        return self.name

    @property
    def is_ending(self) -> bool:
        """Whether its deletion has begun: from then on nobody finds it any more."""
        return self.deletes_at is not None and self.deletes_at <= timezone.now()


class FormerAddress(models.Model):
    """An address that an organization had. It leads its members on, and nobody else gets it while that stands."""

    slug = models.SlugField(max_length=60, unique=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="former_addresses")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug
