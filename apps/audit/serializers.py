from rest_framework import serializers

from apps.audit.models import AuditEntry


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    id = serializers.CharField(source="public_id", help_text="`aud_…`")
    before = serializers.JSONField(help_text="The audited fields before the operation.")
    after = serializers.JSONField(help_text="The audited fields after it.")

    class Meta:
        model = AuditEntry
        fields = [
            "id", "at", "event", "outcome", "reason", "actor_kind", "actor_label", "ip", "user_agent", "request_id",
            "subject_type", "subject_id", "subject_label", "before", "after",
        ]  # fmt: skip
