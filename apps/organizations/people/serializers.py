from typing import Any

from rest_framework import serializers

from apps.access.roles import Role
from apps.core.api import StrictSerializer
from apps.organizations.models import Invitation, InvitationState, Membership, Team
from apps.organizations.people.selectors import sign_in_names

ROLES = [role.value for role in Role]


class TeamNameSerializer(serializers.ModelSerializer[Team]):
    id = serializers.CharField(source="public_id", help_text="`team_…`")

    class Meta:
        model = Team
        fields = ["id", "name"]


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    id = serializers.CharField(source="user.public_id", help_text="`usr_…`")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    role = serializers.ChoiceField(choices=ROLES)
    teams = TeamNameSerializer(many=True)
    signs_in_with = serializers.SerializerMethodField(help_text="names of providers")

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "role", "teams", "signs_in_with", "created_at", "last_seen_at"]

    def get_signs_in_with(self, membership: Membership) -> list[str]:
        return sign_in_names(membership.user.identities.all())


class RoleSerializer(StrictSerializer):
    role = serializers.ChoiceField(choices=ROLES)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    id = serializers.CharField(source="public_id", help_text="`inv_…`")
    role = serializers.ChoiceField(choices=ROLES)
    teams = TeamNameSerializer(many=True)
    state = serializers.SerializerMethodField(help_text="`invited`, `expired`, `accepted` or `withdrawn`")
    problem = serializers.CharField(help_text="why the last e-mail did not leave; empty if it did or is on its way")

    class Meta:
        model = Invitation
        fields = [
            *("id", "email", "role", "teams", "state", "invited_by", "created_at", "expires_at"),
            *("sent_at", "problem", "accepted_at", "withdrawn_at"),
        ]

    def get_state(self, invitation: Invitation) -> str:
        return str(invitation.state(self.context["now"]).value)


class InviteSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=ROLES)
    teams = serializers.ListField(
        child=serializers.CharField(max_length=24), required=False, default=list, max_length=50, help_text="`team_…`"
    )


class InvitationFilterSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=InvitationState.values, required=False)


class MemberFilterSerializer(serializers.Serializer[Any]):
    query = serializers.CharField(required=False, max_length=120, help_text="in the name or the e-mail")
    role = serializers.ChoiceField(choices=ROLES, required=False)
    team = serializers.CharField(required=False, max_length=24, help_text="`team_…`")
