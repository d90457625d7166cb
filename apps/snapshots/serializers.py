from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.core.ui.status import code_of
from apps.jobs.models import Status
from apps.snapshots.capture.options import COMMENTS, MODES, Options
from apps.snapshots.models import Kind, Snapshot, SnapshotState, Unmet
from apps.snapshots.reasons import REASONS

STATUSES = sorted({code_of(label) for label in (*SnapshotState.labels, *Status.labels)} - {"succeeded"})
_OBJECT = {"type": "object", "additionalProperties": True}


@extend_schema_field(_OBJECT)
class RawField(serializers.JSONField):
    """An object as Notion gave it."""


class NotCoveredSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()
    count = serializers.IntegerField(allow_null=True)


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    id = serializers.CharField(source="public_id", help_text="`snp_…`")
    workspace = serializers.CharField(source="workspace.public_id", help_text="`ws_…`")
    status = serializers.SerializerMethodField(help_text="The word that the pages show, in lower case.")
    complete = serializers.SerializerMethodField(help_text="Whether every object is accounted for, with proof.")
    base = serializers.IntegerField(
        source="base_no", allow_null=True, help_text="The number of the snapshot that an incremental one builds on."
    )
    full_at = serializers.DateTimeField(
        allow_null=True, help_text="When everything was last read, here or in what it builds on."
    )
    counts = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="By kind: seen = done + skipped + capped + failed.",
    )
    not_covered = NotCoveredSerializer(many=True, help_text="What this capture did not look at.")
    reason = serializers.CharField(help_text="Why it ended early.")
    options = serializers.DictField()
    job = serializers.CharField(source="job_id", help_text="`job_…`: its progress and log")
    protected = serializers.SerializerMethodField(help_text="Whether a person keeps it out of every rule.")

    class Meta:
        model = Snapshot
        fields = [
            "id", "workspace", "number", "status", "complete", "kind", "base", "full_at", "options", "counts",
            "not_covered", "reason", "blocks", "size", "new_size", "taken_by", "job", "protected", "created_at",
            "started_at", "finished_at",
        ]  # fmt: skip

    def get_complete(self, snapshot: Snapshot) -> bool:
        return snapshot.state == SnapshotState.COMPLETE

    @extend_schema_field(serializers.ChoiceField(choices=STATUSES))
    def get_status(self, snapshot: Snapshot) -> str:
        return code_of(snapshot.word)

    def get_protected(self, snapshot: Snapshot) -> bool:
        return hasattr(snapshot, "protection")


class CaptureCreateSerializer(StrictSerializer):
    comments = serializers.ChoiceField(
        choices=COMMENTS,
        required=False,
        default=Options().comments,
        help_text="On what open comments are asked for. `pages` costs one request per page, `blocks` one per block.",
    )

    mode = serializers.ChoiceField(
        choices=MODES,
        required=False,
        default=Options().mode,
        help_text="`full` reads everything; `incremental` what is not proven unchanged, and is refused when there is "
        "nothing to build on; `auto` is incremental as long as everything was read not too long ago.",
    )


class RetrySerializer(StrictSerializer):
    reason = serializers.ChoiceField(
        choices=[code for code, reason in REASONS.items() if reason.outcome != "skipped"],
        help_text="As `unmet/` names it. Only what is missing for this reason is read again.",
    )


class FromSnapshotSerializer(serializers.Serializer[Any]):
    """Base of what is read from a snapshot, which the context holds: it says whether that one is complete."""

    snapshot_status = serializers.SerializerMethodField(help_text="`complete`, or the word for what it is instead.")

    @extend_schema_field(serializers.ChoiceField(choices=STATUSES))
    def get_snapshot_status(self, given: Any) -> str:
        return code_of(self.context["snapshot"].word)


class EntrySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.values)
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]
    title = serializers.CharField()
    count = serializers.IntegerField(help_text="How many objects lie directly below it.")


class SliceSerializer(FromSnapshotSerializer):
    total = serializers.IntegerField()
    next = serializers.CharField(help_text="Give it as `after` to go on; empty at the end.")
    results = EntrySerializer(source="entries", many=True)


class ObjectSerializer(FromSnapshotSerializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.values)
    parent = serializers.UUIDField(  # type: ignore[assignment]
        allow_null=True, help_text="The object it lies in; blocks between are skipped."
    )
    title = serializers.CharField()
    lines = serializers.IntegerField(help_text="How many blocks, comments or templates are in it.")
    size = serializers.IntegerField(help_text="Bytes that it takes in the store.")
    since = serializers.IntegerField(help_text="The number of the snapshot that saw it like this first.")
    raw = RawField()


class LinesSerializer(FromSnapshotSerializer):
    total = serializers.IntegerField()
    next = serializers.CharField(help_text="Give it as `after` to go on; empty at the end.")
    results = serializers.ListField(child=RawField())


class UnmetSerializer(serializers.ModelSerializer[Unmet]):
    kind = serializers.CharField(help_text="The word under which the counts have it.")
    outcome = serializers.ChoiceField(choices=["skipped", "capped", "failed"])
    reason = serializers.ChoiceField(choices=list(REASONS))
    sentence = serializers.SerializerMethodField(help_text="What it means and what to do.")
    help = serializers.SerializerMethodField(help_text="`retry`, `person` (somebody has to act in Notion) or `none`")

    class Meta:
        model = Unmet
        fields = ["kind", "object", "parent", "title", "outcome", "reason", "sentence", "help", "detail"]

    def get_sentence(self, unmet: Unmet) -> str:
        return REASONS[unmet.reason].sentence

    def get_help(self, unmet: Unmet) -> str:
        return REASONS[unmet.reason].help
