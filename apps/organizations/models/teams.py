"""Teams, and what they may do in single workspaces."""

from django.db import models

from apps.access.roles import GRANTABLE
from apps.core.fields import PublicIdField
from apps.core.tenancy import TenantModel
from apps.organizations.models.members import Membership


class Team(TenantModel):
    """Members who work on the same workspaces. What its grants give comes on top of each member's own role."""

    public_id = PublicIdField(prefix="team")
    name = models.CharField(max_length=120)
    members = models.ManyToManyField(Membership, through="TeamMember", related_name="teams")
    created_at = models.DateTimeField(auto_now_add=True)

    AUDITED = ("name",)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    """A member's place in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="places")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="places")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["team", "membership"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.membership} in {self.team}"


class Grant(TenantModel):
    """The role of a team in one workspace."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="grants")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value.capitalize()) for role in GRANTABLE])

    AUDITED = ("role",)
    WORKSPACE = "workspace_id"

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["team", "workspace"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.team}: {self.role} of {self.workspace}"
