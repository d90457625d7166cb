"""Keep-rules and their preview as the API gives and takes them."""

from typing import Any

from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.snapshots.models import Retention, Snapshot
from apps.snapshots.retention.rules import MOST, Verdict
from apps.snapshots.retention.selectors import Preview

RULES = ("last", "daily", "weekly", "monthly")


class RetentionSerializer(serializers.ModelSerializer[Retention]):
    class Meta:
        model = Retention
        fields = [*RULES, "exports", "time_zone"]


class RulesSerializer(StrictSerializer):
    """All 0: everything is kept."""

    last = serializers.IntegerField(min_value=0, max_value=MOST, required=False, help_text="The newest snapshots.")
    daily = serializers.IntegerField(
        min_value=0, max_value=MOST, required=False, help_text="The newest of each of the last days that have one."
    )
    weekly = serializers.IntegerField(min_value=0, max_value=MOST, required=False, help_text="Weeks begin on Monday.")
    monthly = serializers.IntegerField(min_value=0, max_value=MOST, required=False)
    time_zone = serializers.CharField(max_length=60, required=False, help_text="Where days begin; IANA.")


class RetentionUpdateSerializer(RulesSerializer):
    exports = serializers.IntegerField(
        min_value=0, max_value=MOST, required=False, help_text="The newest archives of each format; 0 keeps all."
    )


class ProtectSerializer(StrictSerializer):
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="", help_text="What for.")


class VerdictSerializer(serializers.Serializer[tuple[Snapshot, Verdict]]):
    snapshot = serializers.SerializerMethodField(help_text="`snp_…`")
    number = serializers.SerializerMethodField()
    goes = serializers.SerializerMethodField()
    kept_by = serializers.SerializerMethodField(help_text="Everything that keeps it.")
    because = serializers.SerializerMethodField(help_text="Why it goes.")

    def get_snapshot(self, row: tuple[Snapshot, Verdict]) -> str:
        return row[0].public_id

    def get_number(self, row: tuple[Snapshot, Verdict]) -> int:
        return row[0].number

    def get_goes(self, row: tuple[Snapshot, Verdict]) -> bool:
        return row[1].goes

    def get_kept_by(self, row: tuple[Snapshot, Verdict]) -> list[str]:
        return list(row[1].kept_by)

    def get_because(self, row: tuple[Snapshot, Verdict]) -> str:
        return row[1].because


class PreviewSerializer(serializers.Serializer[Preview]):
    rules = serializers.CharField(help_text="In words.")
    goes = serializers.SerializerMethodField(help_text="How many snapshots.")
    stays = serializers.IntegerField(source="kept")
    versions = serializers.IntegerField(help_text="Versions of objects that nothing else shows.")
    size = serializers.IntegerField(help_text="Bytes that this gives back, about.")
    snapshots = VerdictSerializer(source="rows", many=True, help_text="Newest first.")

    def get_goes(self, said: Preview) -> int:
        return len(said.doomed)


def merged(retention: Retention, given: dict[str, Any]) -> dict[str, Any]:
    """What is given, and for the rest what is set."""
    return {name: given.get(name, getattr(retention, name)) for name in (*RULES, "exports", "time_zone")}
