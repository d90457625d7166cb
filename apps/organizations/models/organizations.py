"""Tenants."""

from django.db import models

from apps.core.fields import PublicIdField


class Organization(models.Model):
    """A tenant. Everything else that is not a person hangs from it."""

    public_id = PublicIdField(prefix="org")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("name", "slug")

    def __str__(self) -> str:
        return self.name
