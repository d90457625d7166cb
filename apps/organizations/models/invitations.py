"""Who was asked to join."""

from datetime import datetime

from django.db import models

from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.organizations.models.members import ROLE_CHOICES
from apps.organizations.models.teams import Team


class InvitationState(models.TextChoices):
    INVITED = "invited", "Invited"
    EXPIRED = "expired", "Expired"
    ACCEPTED = "accepted", "Accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Invitation(TenantModel):
    """An e-mail address that may become a member, once, until ``expires_at``.

    ``digest`` is the SHA-256 of the secret in the link that was sent last; the link itself is nowhere but in that
    e-mail. ``problem`` says why the last e-mail did not leave.
    """

    public_id = PublicIdField(prefix="inv")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    teams = models.ManyToManyField(Team, through="InvitationTeam", related_name="+")
    digest = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    invited_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    AUDITED = ("email", "role", "expires_at", "accepted_at", "withdrawn_at")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                name="invitation_open_once",
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="invitation_newest")]

    def __str__(self) -> str:
        return self.email

    def state(self, now: datetime) -> InvitationState:
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if self.expires_at <= now else InvitationState.INVITED


class InvitationTeam(TenantModel):
    """A team that whoever accepts gets a place in."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="places")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["invitation", "team"], name="invitation_team_once")]

    def __str__(self) -> str:
        return f"{self.invitation} to {self.team}"
