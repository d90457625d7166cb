from typing import Any

from rest_framework import serializers

from apps.access.table import Row
from apps.core.api import StrictSerializer


class OrganizationSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id", help_text="`org_…`")
    name = serializers.CharField()
    slug = serializers.CharField()
    created_at = serializers.DateTimeField()
    deletes_at = serializers.DateTimeField(
        allow_null=True, help_text="when it will be deleted, if that was asked for; else null"
    )


class ActorSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="`token`, or `service` for a service account")
    name = serializers.CharField(source="label")
    role = serializers.CharField()
    permissions = serializers.SerializerMethodField()

    def get_permissions(self, actor: Any) -> list[str]:
        return sorted(actor.permissions)


class OrganizationUpdateSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120, required=False)
    slug = serializers.CharField(max_length=60, required=False)


class PermissionSerializer(serializers.Serializer[Row]):
    permission = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's name here, an attribute of fields there
    roles = serializers.ListField(child=serializers.CharField(), help_text="who has it in the whole organization")
    by_team = serializers.ListField(
        child=serializers.CharField(), help_text="roles by which a team has it in one workspace"
    )
