"""The chain of an organization's entries: its head, what its last check found, and where its beginning was cut."""

from django.db import models

from apps.core.tenancy import TenantModel


class Chain(TenantModel):
    """The newest sealed entry, and the last verification. Whoever seals holds this row's lock."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes(32))
    checked_at = models.DateTimeField(null=True)
    checked_count = models.PositiveBigIntegerField(default=0)
    checked_seq = models.PositiveBigIntegerField(default=0)
    broken_seq = models.PositiveBigIntegerField(null=True)
    broken_entry = models.CharField(max_length=24, blank=True)
    broken_reason = models.CharField(max_length=400, blank=True)

    AUDITED = ("checked_seq", "checked_count", "broken_seq", "broken_entry", "broken_reason")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization"], name="audit_chain_once")]

    def __str__(self) -> str:
        return f"the chain of {self.seq:,} entries"

    @property
    def head(self) -> str:
        """The newest hash."""
        return bytes(self.hash).hex()

    @property
    def anchor(self) -> str:
        """``"48206:a90f71c2…"``: the head as it is kept elsewhere and compared later."""
        return f"{self.seq}:{self.head}"


class Cut(TenantModel):
    """Retention's checkpoint: entries up to ``seq`` are gone, and ``hash`` is the one that the next entry follows.

    The database lets entries be deleted only if a cut covers them, and a cut is never changed.
    """

    seq = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)
    count = models.PositiveBigIntegerField()
    newest_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("seq", "head", "count", "newest_at")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "seq"], name="audit_cut_once")]

    def __str__(self) -> str:
        return f"entries up to {self.seq:,}"

    @property
    def head(self) -> str:
        """The hash of the last entry that is gone, as it is written outside."""
        return bytes(self.hash).hex()
