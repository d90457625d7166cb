from typing import Any

from rest_framework import serializers

from apps.audit.forwarding.selectors import State
from apps.audit.models import AuditEntry, Chain, LogFile, LogForm, LogRules, Protocol, SavedFilter
from apps.audit.retention import LONGEST, SHORTEST
from apps.core.api import StrictSerializer


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    id = serializers.CharField(source="public_id", help_text="`aud_…`")
    seq = serializers.IntegerField(allow_null=True, help_text="Its place in the chain; null for some seconds.")
    hash = serializers.SerializerMethodField(help_text="64 hex digits; null while not sealed.")
    teams = serializers.ListField(child=serializers.CharField(), help_text="Teams whose grants gave the right.")
    before = serializers.JSONField(help_text="The audited fields before the operation.")
    after = serializers.JSONField(help_text="The audited fields after it.")

    class Meta:
        model = AuditEntry
        fields = [
            "id", "seq", "hash", "at", "event", "outcome", "reason", "actor_kind", "actor_ref", "actor_label", "role",
            "teams", "credential", "workspace", "ip", "user_agent", "request_id", "subject_type", "subject_id",
            "subject_label", "before", "after",
        ]  # fmt: skip

    def get_hash(self, entry: AuditEntry) -> str | None:
        return bytes(entry.hash).hex() if entry.hash is not None else None


class SealedEntrySerializer(serializers.Serializer[Any]):
    """An entry in its canonical form, with its hash: what a collector stores and verifies."""

    format = serializers.IntegerField()
    organization = serializers.CharField()
    seq = serializers.IntegerField()
    id = serializers.CharField()
    at = serializers.CharField(help_text="UTC, six digits of a second.")
    event = serializers.CharField()
    outcome = serializers.CharField()
    reason = serializers.CharField()
    actor_kind = serializers.CharField()
    actor_ref = serializers.CharField()
    actor_label = serializers.CharField()
    role = serializers.CharField()
    teams = serializers.ListField(child=serializers.CharField())
    credential = serializers.CharField()
    workspace = serializers.CharField()
    ip = serializers.CharField(allow_null=True)
    user_agent = serializers.CharField()
    request_id = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.CharField()
    subject_label = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField()
    previous = serializers.CharField(help_text="Hash of the entry before.")
    hash = serializers.CharField()


class HeadSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    hash = serializers.CharField(source="head")


class StreamSerializer(serializers.Serializer[Any]):
    entries = SealedEntrySerializer(many=True)
    next = serializers.IntegerField(help_text="Pass it as `after` the next time, also when there was nothing new.")
    head = HeadSerializer(help_text="The newest sealed entry. With `next` = `head.seq` there is nothing more.")
    cut = HeadSerializer(allow_null=True, help_text="Up to where retention has let go of entries.")


class ChainSerializer(serializers.ModelSerializer[Chain]):
    head = serializers.CharField(help_text="Hash of the newest sealed entry; keep it elsewhere as `seq:hash`.")
    holds = serializers.SerializerMethodField(help_text="What the last check found; null before the first.")

    class Meta:
        model = Chain
        fields = [
            "seq", "head", "checked_at", "checked_count", "checked_seq", "holds", "broken_seq", "broken_entry",
            "broken_reason",
        ]  # fmt: skip

    def get_holds(self, chain: Chain) -> bool | None:
        return chain.broken_seq is None if chain.checked_at else None


class VerifySerializer(StrictSerializer):
    anchor = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=90, help_text="`seq:hash` that was noted elsewhere."
    )


class ExportRequestSerializer(StrictSerializer):
    format = serializers.ChoiceField(choices=LogForm.choices)
    filter = serializers.DictField(child=serializers.CharField(), required=False, default=dict)


class LogFileSerializer(serializers.ModelSerializer[LogFile]):
    id = serializers.CharField(source="public_id", help_text="`alf_…`")
    format = serializers.CharField(source="form")
    filter = serializers.JSONField(source="wanted")
    ready = serializers.SerializerMethodField(help_text="Whether its content can be fetched.")
    job = serializers.CharField(source="job.public_id", allow_null=True, default=None)

    class Meta:
        model = LogFile
        fields = ["id", "format", "filter", "up_to", "head", "count", "size", "sha256", "created_at", "ready", "job"]

    def get_ready(self, file: LogFile) -> bool:
        return bool(file.storage_name) or file.job_id is None


class SavedFilterSerializer(serializers.ModelSerializer[SavedFilter]):
    id = serializers.CharField(source="public_id", read_only=True, help_text="`asf_…`")
    owner = serializers.CharField(source="owner_label", read_only=True)
    filter = serializers.DictField(source="wanted", child=serializers.CharField())

    class Meta:
        model = SavedFilter
        fields = ["id", "name", "owner", "shared", "filter", "created_at"]


class SaveFilterSerializer(StrictSerializer):
    name = serializers.CharField(max_length=80)
    shared = serializers.BooleanField(default=False)
    filter = serializers.DictField(child=serializers.CharField())


class DestinationSerializer(serializers.Serializer[State]):
    id = serializers.CharField(source="destination.public_id", help_text="`dst_…`")
    name = serializers.CharField(source="destination.name")
    protocol = serializers.ChoiceField(source="destination.protocol", choices=Protocol.choices)
    address = serializers.CharField(source="destination.address")
    enabled = serializers.BooleanField(source="destination.enabled")
    state = serializers.CharField(source="word")
    cursor = serializers.IntegerField(source="destination.cursor", help_text="`seq` of the last entry it has taken.")
    waiting = serializers.IntegerField(help_text="Entries that it lacks.")
    waits_since = serializers.DateTimeField(allow_null=True)
    last_sent_at = serializers.DateTimeField(source="destination.last_sent_at", allow_null=True)
    failing_since = serializers.DateTimeField(source="destination.failing_since", allow_null=True)
    last_error = serializers.CharField(source="destination.last_error")


class DestinationCreateSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120)
    protocol = serializers.ChoiceField(choices=Protocol.choices)
    address = serializers.CharField(max_length=400)
    authorization = serializers.CharField(required=False, allow_blank=True, default="", max_length=2_000)
    from_start = serializers.BooleanField(default=False)


class DestinationUpdateSerializer(StrictSerializer):
    enabled = serializers.BooleanField()


class LogRulesSerializer(serializers.ModelSerializer[LogRules]):
    class Meta:
        model = LogRules
        fields = ["keep_days"]


class LogRulesUpdateSerializer(StrictSerializer):
    keep_days = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, allow_null=True)
