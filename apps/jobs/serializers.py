"""Jobs and events as the API gives them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.ui.status import code_of
from apps.jobs.models import Job, JobEvent
from apps.jobs.schedules.selectors import schedule_of
from apps.jobs.selectors import FILTERS

SUMS = {"active", "dead_lettered"}
STATES = [name for name in FILTERS if name not in SUMS]
COUNTS_SCHEMA = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {name: {"type": "integer"} for name in ("seen", "done", "skipped", "capped", "failed")},
    },
    "description": "Per kind of object: seen = done + skipped + capped + failed, once the job has ended.",
}


@extend_schema_field(COUNTS_SCHEMA)
class CountsField(serializers.JSONField):
    """The reconciliation."""


class JobSerializer(serializers.ModelSerializer[Job]):
    id = serializers.CharField(source="public_id", help_text="`job_…`")
    status = serializers.SerializerMethodField(help_text="The word that the pages show, in lower case.")
    schedule = serializers.SerializerMethodField(help_text="`sch_…`: the schedule that has started it.")
    counts = CountsField()
    result = serializers.DictField(help_text="What the job made, by public id.")

    class Meta:
        model = Job
        fields = [
            "id", "kind", "title", "status", "subject_type", "subject_id", "subject_label", "stage", "done", "total",
            "counts", "attempt", "max_attempts", "not_before", "cancel_requested", "error", "error_detail", "result",
            "created_by_label", "schedule", "created_at", "started_at", "finished_at", "dead_lettered_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_status(self, job: Job) -> str:
        return code_of(job.word)

    def get_schedule(self, job: Job) -> str | None:
        if hasattr(job, "schedule"):  # of a list, see with_schedule
            return str(job.schedule) if job.schedule else None
        found = schedule_of(job)
        return found.public_id if found else None


class JobEventSerializer(serializers.ModelSerializer[JobEvent]):
    facts = serializers.DictField(source="data", help_text="Which ones there are depends on the kind.")

    class Meta:
        model = JobEvent
        fields = ["seq", "at", "level", "kind", "message", "facts"]
