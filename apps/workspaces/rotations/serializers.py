from typing import Any

from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.workspaces.keys.services import MOST_GRACE
from apps.workspaces.models import ItemState, Rotation, RotationItem, RotationMode
from apps.workspaces.rotations.selectors import refreshable
from apps.workspaces.rotations.services import MOST


class RotationItemSerializer(serializers.ModelSerializer[RotationItem]):
    workspace = serializers.CharField(source="workspace.public_id", default=None, help_text="`ws_…`, once it is known.")
    key = serializers.IntegerField(source="key.number", default=None, help_text="Number of the workspace's new key.")
    state = serializers.ChoiceField(ItemState.choices)

    class Meta:
        model = RotationItem
        fields = ["number", "hint", "workspace", "key", "state", "told"]


class RotationSerializer(serializers.ModelSerializer[Rotation]):
    id = serializers.CharField(source="public_id", help_text="`rot_…`")
    mode = serializers.ChoiceField(RotationMode.choices)
    job = serializers.CharField(help_text="`job_…`")

    class Meta:
        model = Rotation
        fields = ["id", "mode", "grace_days", "job", "created_by", "created_at"]


class RotationReportSerializer(RotationSerializer):
    items = RotationItemSerializer(many=True, help_text="A line per key, with what became of it.")

    class Meta(RotationSerializer.Meta):
        fields = [*RotationSerializer.Meta.fields, "items"]


class NewKeySerializer(StrictSerializer):
    token = serializers.CharField(min_length=20, max_length=300, write_only=True)
    expires_at = serializers.DateTimeField(default=None)


class StartRotationSerializer(StrictSerializer):
    keys = NewKeySerializer(
        many=True,
        default=list,
        help_text=f"At most {MOST}. Notion is asked which workspace each belongs to.",
    )
    refresh = serializers.ListField(
        child=serializers.CharField(max_length=24),
        default=list,
        max_length=MOST,
        help_text="Or: workspaces (`ws_…`) whose tokens Notion is to replace.",
    )
    grace_days = serializers.IntegerField(default=None, min_value=0, max_value=MOST_GRACE, allow_null=True)

    def validate_refresh(self, given: list[str]) -> list[Any]:
        found = {workspace.public_id: workspace for workspace in refreshable().filter(public_id__in=given)}
        if missing := [each for each in given if each not in found]:
            raise serializers.ValidationError(f"These have no tokens to refresh: {', '.join(missing[:5])}.")
        return list(found.values())
