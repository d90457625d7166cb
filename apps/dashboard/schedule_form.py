"""The form of a schedule, and the runs that it would bring."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.exports.forms import LaterExportForm
from apps.jobs.models import Missed, Schedule
from apps.jobs.schedules.actions import actions
from apps.jobs.schedules.clock import MOST_JITTER, SHOWN, clock, preset, preset_of, zone_names
from apps.jobs.schedules.services import Plan
from apps.workspaces.models import Workspace
from apps.workspaces.selectors import workspaces

EXPRESSION = "expression"
RHYTHMS = [
    ("hourly", "Every hour"),
    ("daily", "Every day"),
    ("weekdays", "Monday to Friday"),
    ("weekly", "Every Monday"),
    ("monthly", "Every first of the month"),
    (EXPRESSION, "As the expression says"),
]
AT = time(2, 0)


@dataclass(frozen=True, slots=True)
class NextRun:
    """A time that will be due, in the schedule's zone, and the seconds by which its start is delayed."""

    due: datetime
    zone: str
    delay: int


def next_runs(plan: Plan, seed: str = "") -> list[NextRun]:
    """The next runs. Without a seed (nothing is saved yet) their delays are not known. Raises :class:`Invalid`."""
    now = timezone.now()
    read = clock(plan.cron, plan.time_zone, plan.jitter, seed=seed, now=now)
    return [
        NextRun(
            due.astimezone(read.zone),
            plan.time_zone,
            round((read.start_of(due) - due).total_seconds()) if seed else 0,
        )
        for due in read.first(SHOWN, now)
    ]


class ClockInput(forms.TimeInput):
    input_type = "time"


class WorkspaceChoice(forms.ModelChoiceField[Workspace]):
    def label_from_instance(self, obj: Workspace) -> str:
        return obj.name


class ScheduleForm(forms.Form):
    """What starts, where, and when. Offers only what the actor may start by hand.

    ``export`` is the form of what an export is to be; it counts for actions that export.
    """

    name = forms.CharField(label="Name", max_length=120)
    workspace = WorkspaceChoice(queryset=None, to_field_name="public_id", label="Workspace", empty_label=None)
    action = forms.ChoiceField(label="What to start", widget=forms.RadioSelect, initial="snapshots.capture")
    rhythm = forms.ChoiceField(label="When", choices=RHYTHMS, initial="daily")
    at = forms.TimeField(
        label="At", widget=ClockInput(format="%H:%M"), initial=AT, help_text="Every hour takes the minute only."
    )
    cron = forms.CharField(
        label="Expression",
        max_length=100,
        error_messages={"required": "Write the expression, or choose another rhythm above."},
        help_text="Five fields: minute, hour, day, month, weekday. 30 1 * * MON,THU is 01:30 on Mondays and Thursdays.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone", choices=[(name, name.replace("_", " ")) for name in zone_names()], initial="UTC"
    )
    jitter = forms.IntegerField(
        label="Delay starts by up to",
        min_value=0,
        max_value=MOST_JITTER,
        initial=0,
        help_text="Seconds. The same run is always delayed by the same time, so many schedules do not start at once.",
    )
    missed = forms.ChoiceField(
        label="Runs that came due while NotionHub was down", choices=Missed.choices, initial=Missed.ONCE
    )

    def __init__(self, actor: Actor, *args: Any, schedule: Schedule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor, self._schedule = actor, schedule
        self.export = LaterExportForm(self.data) if self.is_bound else _export_of(schedule)
        self.fields["action"].choices = self.action_choices()  # type: ignore[attr-defined]
        if schedule is not None:
            del self.fields["workspace"]
        else:
            self.fields["workspace"].queryset = workspaces()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, schedule: Schedule, actor: Actor) -> "ScheduleForm":
        """The form of a schedule that there is; an expression that no preset makes is shown as one."""
        rhythm, at = _read(schedule.cron)
        initial = {
            "name": schedule.name,
            "action": schedule.action,
            "rhythm": rhythm,
            "at": at,
            "cron": schedule.cron if rhythm == EXPRESSION else "",
            "time_zone": schedule.time_zone,
            "jitter": schedule.jitter,
            "missed": schedule.missed,
        }
        return cls(actor, schedule=schedule, initial=initial)

    def action_choices(self) -> list[tuple[str, str]]:
        allowed = (one for one in actions().values() if all(map(self._actor.can, one.requires)))
        return [(one.name, one.label) for one in allowed]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        self._forgive_what_is_not_asked(given)
        if _exports(given.get("action", "")) and not self.export.is_valid():
            self.add_error(None, "Mend what is marked in the options of the export.")
        return given

    def _forgive_what_is_not_asked(self, given: dict[str, Any]) -> None:
        """Without a style sheet's help all fields are seen; what a rhythm does not need is not judged."""
        name, instead = ("at", AT) if given.get("rhythm") == EXPRESSION else ("cron", "")
        if self.errors.pop(name, None):
            given[name] = instead

    def plan(self) -> Plan:
        return self._plan_of(self.cleaned_data)

    def params(self) -> dict[str, Any]:
        """Those of the chosen action; what the form does not ask stays as it was set over the API."""
        chosen, before = self.cleaned_data["action"], self._schedule
        if _exports(chosen):
            return {"format": self.export.cleaned_data["format"], "options": self.export.chosen_options()}
        return dict(before.params) if before is not None and before.action == chosen else {}

    def upcoming(self) -> tuple[list[NextRun], str]:
        """The next runs as the form stands, or what keeps them from being known."""
        if self.is_bound:
            self.is_valid()
            given = {"name": "", "missed": Missed.ONCE} | self.cleaned_data
        else:
            given = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        if not {"rhythm", "at", "cron", "time_zone", "jitter"} <= given.keys():
            return [], "Mend what is marked to see the next runs."
        try:
            return next_runs(self._plan_of(given)), ""
        except Invalid as error:
            return [], error.message

    @staticmethod
    def _plan_of(given: dict[str, Any]) -> Plan:
        at: time = given["at"]
        rhythm = given["rhythm"]
        cron = given["cron"] if rhythm == EXPRESSION else preset(rhythm, at.hour, at.minute)
        return Plan(given["name"] or "", cron, given["time_zone"], given["jitter"], given["missed"])


def _exports(action: str) -> bool:
    return action.startswith("exports.")


def _export_of(schedule: Schedule | None) -> LaterExportForm:
    if schedule is None or not _exports(schedule.action):
        return LaterExportForm()
    return LaterExportForm.of(schedule.params["format"], schedule.params["options"])


def _read(cron: str) -> tuple[str, time]:
    """The preset behind an expression and its time of day, if there is one."""
    found = preset_of(cron)
    return (found[0], time(found[1], found[2])) if found else (EXPRESSION, AT)
