"""Keys over the API. What opens a workspace goes in and never comes out."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.jobs.models import Job
from apps.workspaces.keys.services import MOST_GRACE
from apps.workspaces.models import KeyState, WorkspaceKey


class RootSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Notion's id.")
    kind = serializers.CharField()
    title = serializers.CharField()
    objects = serializers.IntegerField(
        allow_null=True, help_text="It and all that lies in it, by the newest complete snapshot."
    )


class AbilitySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    old = serializers.BooleanField(allow_null=True)
    new = serializers.BooleanField(allow_null=True)


class ProofSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(
        ["same", "less", "other", "refused"], help_text="Only `same` is promoted without accepting losses."
    )
    at = serializers.DateTimeField()
    requests = serializers.IntegerField()
    workspace = serializers.CharField(help_text="What the key opens.")
    old = serializers.IntegerField(allow_null=True, help_text="Number of the key that it was compared with.")
    expected = serializers.IntegerField(help_text="Top pages and databases that must be reachable.")
    reached = serializers.IntegerField()
    old_reached = serializers.IntegerField(allow_null=True)
    lost_count = serializers.IntegerField()
    lost_objects = serializers.IntegerField()
    lost = RootSerializer(many=True, help_text="At most 100, the largest first.")
    abilities = AbilitySerializer(many=True)


class KeySerializer(serializers.ModelSerializer[WorkspaceKey]):
    id = serializers.CharField(source="public_id", help_text="`key_…`")
    workspace = serializers.CharField(source="workspace.public_id")
    state = serializers.ChoiceField(KeyState.choices)
    proof = serializers.SerializerMethodField(help_text="What comparing it with the key in use gave; null before.")
    accepted = serializers.CharField(source="despite", help_text="Why losses were accepted, if any were.")

    class Meta:
        model = WorkspaceKey
        fields = [
            "id",
            "workspace",
            "number",
            "state",
            "connection",
            "hint",
            "bot_name",
            "added_by",
            "created_at",
            "expires_at",
            "last_used_at",
            "promoted_at",
            "promoted_by",
            "accepted",
            "refreshed_at",
            "retires_at",
            "revoked_at",
            "revoked_by",
            "at_notion",
            "proof",
        ]

    @extend_schema_field(ProofSerializer(allow_null=True))
    def get_proof(self, key: WorkspaceKey) -> dict[str, Any] | None:
        return dict(ProofSerializer(key.proof).data) if key.proof else None


class KeyJobSerializer(serializers.Serializer[Any]):
    """A key and the job that deals with it: look there for the end."""

    key = KeySerializer()
    job = serializers.CharField(help_text="`job_…`", allow_null=True)


def with_job(key: WorkspaceKey, job: Job | None) -> dict[str, Any]:
    return dict(KeyJobSerializer({"key": key, "job": job.public_id if job is not None else None}).data)


class PromoteSerializer(StrictSerializer):
    despite = serializers.BooleanField(default=False, help_text="Accept what would be lost. Takes `because`.")
    because = serializers.CharField(
        default="", allow_blank=True, max_length=400, help_text="Goes to the audit log as the reason."
    )
    grace_days = serializers.IntegerField(
        required=False,
        default=None,
        min_value=0,
        max_value=MOST_GRACE,
        help_text="How long the old key stays to go back to; without it the installation's own.",
    )


class AddKeySerializer(PromoteSerializer):
    token = serializers.CharField(
        min_length=20, max_length=300, write_only=True, help_text="A Notion token of the same workspace."
    )
    expires_at = serializers.DateTimeField(default=None, help_text="Its end, as Notion shows it where it was made.")
    promote = serializers.BooleanField(
        default=False, help_text="Put it to use as soon as it is proven to lose nothing: rotation in one call."
    )


class KeyUpdateSerializer(StrictSerializer):
    expires_at = serializers.DateTimeField(allow_null=True)


class RevokeSerializer(StrictSerializer):
    because = serializers.CharField(max_length=400, help_text="Goes to the audit log as the reason.")
