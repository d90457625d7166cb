"""How members of an organization sign in, where it says so itself."""

from datetime import datetime

from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.keys.models import Secret


class OrganizationProvider(TenantModel):
    """An OpenID Connect provider that the organization has brought. It vouches for this organization and no other.

    ``proved_at`` is when an owner first came in through it: before that nobody can be made to.
    """

    public_id = PublicIdField(prefix="idp")
    label = models.CharField(max_length=60)
    issuer = models.URLField(max_length=255)
    client_id = models.CharField(max_length=255)
    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    proved_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    AUDITED = ("label", "issuer", "client_id", "is_on")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "issuer"], name="organization_issuer_once")]

    def __str__(self) -> str:
        return self.label


class EmailDomain(TenantModel):
    """A domain of e-mail addresses that the organization says is its own.

    It is, once somebody has read the code that was sent to one of the mailboxes that only whoever runs a domain has
    (CA/Browser Forum Baseline Requirements 3.2.2.4.4). ``digest`` is the SHA-256 of that code.
    """

    public_id = PublicIdField(prefix="dom")
    domain = models.CharField(max_length=253)
    mailbox = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32, null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("domain", "mailbox", "verified_at")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "domain"], name="email_domain_once"),
            models.UniqueConstraint(
                fields=["domain"], condition=models.Q(verified_at__isnull=False), name="email_domain_of_one"
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    @property
    def address(self) -> str:
        return f"{self.mailbox}@{self.domain}"

    def has_expired(self, now: datetime) -> bool:
        return self.verified_at is None and self.expires_at <= now
