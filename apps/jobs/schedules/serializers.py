"""Schedules and their runs as the API gives and takes them."""

from typing import Any

from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.core.ui.status import code_of
from apps.jobs.models import Missed, Outcome, Schedule, ScheduleRun
from apps.jobs.schedules.clock import MOST_JITTER


class ActionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="What `action` takes when a schedule is made.")
    label = serializers.CharField()  # type: ignore[assignment]
    summary = serializers.CharField()
    requires = serializers.ListField(
        child=serializers.CharField(), help_text="What one must be allowed to do by hand to put it on a schedule."
    )


class ScheduleSerializer(serializers.ModelSerializer[Schedule]):
    id = serializers.CharField(source="public_id", help_text="`sch_…`")
    subject = serializers.CharField(source="subject_id", help_text="`ws_…`: the workspace that it acts on.")
    params = serializers.DictField(help_text="Which ones there are depends on the action.")
    cron = serializers.CharField(help_text="Five fields: minute, hour, day, month, weekday.")
    jitter = serializers.IntegerField(help_text="Seconds by which a start may be later than the time that is due.")
    due_at = serializers.DateTimeField(allow_null=True, help_text="The time that is due next; null while paused.")
    next_at = serializers.DateTimeField(allow_null=True, help_text="When it starts then: `due_at` and its delay.")

    class Meta:
        model = Schedule
        fields = [
            "id", "name", "action", "subject", "subject_label", "params", "cron", "time_zone", "jitter", "missed",
            "enabled", "due_at", "next_at", "created_by", "created_at",
        ]  # fmt: skip


class ScheduleRunSerializer(serializers.ModelSerializer[ScheduleRun]):
    due_at = serializers.DateTimeField(help_text="The time that was due.")
    at = serializers.DateTimeField(help_text="When it was looked at: the start, if there was one.")
    outcome = serializers.ChoiceField(choices=Outcome.values)
    status = serializers.SerializerMethodField(help_text="The word that the pages show, in lower case.")
    reason = serializers.CharField(help_text="Why it was skipped, missed or not started.")
    asked_by = serializers.CharField(help_text="Who asked for it, if it was not the clock.")
    job = serializers.CharField(source="job.public_id", default=None, help_text="`job_…`")
    then = serializers.CharField(source="then.public_id", default=None, help_text="`job_…` of the second step.")

    class Meta:
        model = ScheduleRun
        fields = ["due_at", "at", "outcome", "status", "reason", "asked_by", "job", "then"]

    def get_status(self, run: ScheduleRun) -> str:
        return code_of(run.word)


class PlanSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120)
    cron = serializers.CharField(max_length=100, help_text="Five fields: minute, hour, day, month, weekday.")
    time_zone = serializers.CharField(max_length=60, default="UTC", help_text="A name of the IANA database.")
    jitter = serializers.IntegerField(min_value=0, max_value=MOST_JITTER, default=0, help_text="Seconds.")
    missed = serializers.ChoiceField(choices=Missed.values, default=Missed.ONCE.value)


class ScheduleCreateSerializer(PlanSerializer):
    action = serializers.CharField(max_length=60, help_text="See `schedule-actions/`.")
    subject = serializers.CharField(max_length=64, help_text="`ws_…`: the workspace that it acts on.")
    params = serializers.DictField(default=dict)
    enabled = serializers.BooleanField(default=True)


class ScheduleUpdateSerializer(PlanSerializer):
    name = serializers.CharField(max_length=120, required=False)
    cron = serializers.CharField(max_length=100, required=False)
    time_zone = serializers.CharField(max_length=60, required=False)
    jitter = serializers.IntegerField(min_value=0, max_value=MOST_JITTER, required=False)
    missed = serializers.ChoiceField(choices=Missed.values, required=False)
    params = serializers.DictField(required=False)


class TimesSerializer(serializers.Serializer[Any]):
    times = serializers.ListField(child=serializers.DateTimeField(), help_text="The next five, before their delay.")
