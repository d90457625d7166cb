from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.exports.formats.base import Format
from apps.exports.models import Export, ExportState
from apps.exports.options import options_of


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class DefaultField(serializers.Field[Any, Any, Any, Any]):
    """True, false, or one of the choices."""

    def to_representation(self, value: Any) -> Any:
        return value


class OptionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    default = extend_schema_field({"oneOf": [{"type": "boolean"}, {"type": "string"}]})(DefaultField)()
    choices = ChoiceSerializer(many=True, help_text="What it takes; empty for one that is true or false.")


class FormatSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="What `format` takes when an export is created.")
    label = serializers.CharField()  # type: ignore[assignment]
    summary = serializers.CharField()
    version = serializers.IntegerField(help_text="Grows when the same snapshot gives other bytes than before.")
    options = serializers.SerializerMethodField(
        help_text="Beside `pages` (ids; none is the whole snapshot) and `depth` (levels below them; null is all)."
    )

    @extend_schema_field(OptionSerializer(many=True))
    def get_options(self, form: Format) -> Any:
        return OptionSerializer(list(options_of(form.options).values()), many=True).data


class ExportSerializer(serializers.ModelSerializer[Export]):
    id = serializers.CharField(source="public_id", help_text="`exp_…`")
    workspace = serializers.CharField(source="workspace.public_id", help_text="`ws_…`")
    snapshot = serializers.CharField(
        source="snapshot.public_id", default=None, help_text="`snp_…`; null when it was deleted since."
    )
    job = serializers.CharField(source="job.public_id", help_text="`job_…`: its progress and log")
    status = serializers.ChoiceField(source="state", choices=ExportState.values)
    error = serializers.CharField(help_text="Why it failed.")
    options = serializers.DictField(help_text="All of them, see `export-formats/`.")
    counts = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="By kind: seen in the snapshot = done + skipped + capped + failed.",
    )
    ready = serializers.BooleanField(source="is_ready", help_text="Whether there is an archive to download.")
    finished_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = Export
        fields = [
            "id",
            "number",
            "title",
            "workspace",
            "snapshot",
            "snapshot_number",
            "format",
            "options",
            "status",
            "error",
            "counts",
            "ready",
            "file_count",
            "content_size",
            "size",
            "sha256",
            "job",
            "created_by",
            "created_at",
            "finished_at",
        ]


class OptionsField(serializers.DictField):
    """The options of a format; which there are, its operation knows."""

    def to_internal_value(self, data: Any) -> dict[Any, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError('Give an object, such as `{"attachments": true, "depth": 2}`.')
        return {str(key): value for key, value in data.items()}


class ExportCreateSerializer(StrictSerializer):
    snapshot = serializers.CharField(max_length=24, help_text="`snp_…`")
    format = serializers.CharField(max_length=40, help_text="See `export-formats/`.")
    options = OptionsField(required=False, default=dict, help_text="Those not given are at their default.")
