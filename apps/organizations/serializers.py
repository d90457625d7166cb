from typing import Any

from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.organizations.models import ApiToken, Membership


class OrganizationSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id", help_text="`org_…`")
    name = serializers.CharField()
    slug = serializers.CharField()
    created_at = serializers.DateTimeField()


class ActorSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="`token` or `user`")
    name = serializers.CharField(source="label")
    role = serializers.CharField()
    permissions = serializers.SerializerMethodField()

    def get_permissions(self, actor: Any) -> list[str]:
        return sorted(actor.permissions)


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    id = serializers.CharField(source="user.public_id", help_text="`usr_…`")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "role", "created_at"]


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    id = serializers.CharField(source="public_id", help_text="`tok_…`")
    owner = serializers.CharField(source="user.email")

    class Meta:
        model = ApiToken
        fields = ["id", "name", "prefix", "owner", "created_at", "expires_at", "last_used_at", "revoked_at"]


class TokenCreateSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class TokenCreatedSerializer(TokenSerializer):
    secret = serializers.CharField(help_text="The token itself. It is shown once and cannot be read again.")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "secret"]
