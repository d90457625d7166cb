"""Where the entries of an organization are sent."""

from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel


class Protocol(models.TextChoices):
    """How entries travel; syslog is RFC 5424, framed by octet counting on streams (RFC 6587, RFC 5425)."""

    HTTPS = "https", "HTTPS collector"
    SYSLOG_TLS = "syslog_tls", "Syslog over TLS"
    SYSLOG_TCP = "syslog_tcp", "Syslog over TCP"
    SYSLOG_UDP = "syslog_udp", "Syslog over UDP"


class Destination(TenantModel):
    """One collector. ``cursor`` is the ``seq`` of the last entry that it has taken.

    ``leased_until`` keeps two processes from sending at once; ``not_before`` is when the next attempt may be made.
    """

    public_id = PublicIdField(prefix="dst")
    name = models.CharField(max_length=120)
    protocol = models.CharField(max_length=12, choices=Protocol.choices)
    address = models.CharField(max_length=400)
    secret = models.ForeignKey("keys.Secret", null=True, on_delete=models.SET_NULL, related_name="+")
    enabled = models.BooleanField(default=True)
    cursor = models.PositiveBigIntegerField(default=0)
    sent_count = models.PositiveBigIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=400, blank=True)
    not_before = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("name", "protocol", "address", "enabled")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="destination_name_once")]

    def __str__(self) -> str:
        return self.name
