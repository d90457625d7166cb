from typing import Any

from rest_framework import serializers

from apps.access.roles import GRANTABLE
from apps.core.api import StrictSerializer
from apps.organizations.models import Grant, Team, TeamMember
from apps.organizations.teams.selectors import Access

GRANT_ROLES = [role.value for role in GRANTABLE]


class TeamSerializer(serializers.ModelSerializer[Team]):
    id = serializers.CharField(source="public_id", help_text="`team_…`")

    class Meta:
        model = Team
        fields = ["id", "name", "created_at"]


class TeamNameSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120)


class PlaceSerializer(serializers.ModelSerializer[TeamMember]):
    id = serializers.CharField(source="membership.user.public_id", help_text="`usr_…`")
    name = serializers.CharField(source="membership.user.name")
    email = serializers.EmailField(source="membership.user.email")
    role = serializers.CharField(source="membership.role", help_text="their own, in the organization")

    class Meta:
        model = TeamMember
        fields = ["id", "name", "email", "role"]


class PlaceAddSerializer(StrictSerializer):
    member = serializers.CharField(max_length=24, help_text="`usr_…`")


class GrantSerializer(serializers.ModelSerializer[Grant]):
    workspace = serializers.CharField(source="workspace.public_id", help_text="`ws_…`")
    name = serializers.CharField(source="workspace.name")
    team = serializers.CharField(source="team.public_id", help_text="`team_…`")
    role = serializers.ChoiceField(choices=GRANT_ROLES)

    class Meta:
        model = Grant
        fields = ["workspace", "name", "team", "role"]


class GrantSetSerializer(StrictSerializer):
    workspace = serializers.CharField(max_length=24, help_text="`ws_…`")
    role = serializers.ChoiceField(choices=GRANT_ROLES)


class AccessSerializer(serializers.Serializer[Access]):
    """Who may do something in a workspace."""

    id = serializers.CharField(source="membership.user.public_id", help_text="`usr_…`")
    name = serializers.CharField(source="membership.user.name")
    email = serializers.EmailField(source="membership.user.email")
    role = serializers.CharField(help_text="the one of theirs that says most in this workspace")
    by_role = serializers.BooleanField(help_text="whether their role in the organization gives it")
    teams = serializers.SerializerMethodField(help_text="the teams that give it: `team_…` and role")

    def get_teams(self, access: Any) -> list[dict[str, str]]:
        return [{"id": grant.team.public_id, "name": grant.team.name, "role": grant.role} for grant in access.grants]
