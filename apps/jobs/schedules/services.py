"""Operations on schedules."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from apps.access.roles import Permission
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Invalid
from apps.core.http import ensure
from apps.core.operations import operation
from apps.core.tenancy import workspace_of
from apps.jobs.models import Job, Missed, Outcome, Schedule
from apps.jobs.schedules.actions import action_named
from apps.jobs.schedules.clock import clock
from apps.jobs.schedules.starting import clock_of, note, other_active_run, start_action


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person says about a schedule, apart from what it starts. ``jitter`` is in seconds."""

    name: str
    cron: str
    time_zone: str
    jitter: int = 0
    missed: str = Missed.ONCE

    def checked(self) -> "Plan":
        """As it is stored. Raises :class:`Invalid`."""
        name = self.name.strip()
        if not name:
            raise Invalid("Give the schedule a name that says what it does.", field="name")
        if self.missed not in Missed.values:
            raise Invalid(f"`missed` is one of {', '.join(Missed.values)}.", field="missed")
        read = clock(self.cron, self.time_zone, self.jitter, now=timezone.now())
        return Plan(name[:120], read.cron, self.time_zone, self.jitter, self.missed)


def plan_of(schedule: Schedule) -> Plan:
    """What a person has said about it."""
    return Plan(schedule.name, schedule.cron, schedule.time_zone, schedule.jitter, schedule.missed)


def create_schedule(
    action: str, subject: models.Model, params: Mapping[str, Any], plan: Plan, *, enabled: bool = True, actor: Actor
) -> Schedule:
    """Start an action by the clock from now on.

    Raises :class:`Invalid`, and :class:`Forbidden` for somebody who may not do by hand what it starts.
    """
    known = action_named(action)
    return _create(known.name, known.check(params), subject, plan.checked(), enabled, actor=actor)


@operation("schedule.created", requires=Permission.SCHEDULE_MANAGE)
def _create(
    action: str, params: dict[str, Any], subject: models.Model, plan: Plan, enabled: bool, *, actor: Actor
) -> Schedule:
    schedule = Schedule(
        action=action, params=params, enabled=enabled, created_by=actor.label[:200], **subject_of(subject)
    )
    _ensure_may(action, schedule, actor)
    _take_over(schedule, plan)
    schedule.save()  # gives the public id, from which the delays are drawn
    _set_next(schedule)
    return schedule


def subject_of(subject: models.Model) -> dict[str, Any]:
    """How a schedule names the thing that it acts on."""
    return {
        "subject_type": subject._meta.label_lower,
        "subject_id": str(subject.public_id),  # type: ignore[attr-defined]
        "subject_label": str(subject)[:200],
        "workspace_id": workspace_of(subject),
    }


def update_schedule(
    schedule: Schedule,
    plan: Plan,
    *,
    action: str | None = None,
    params: Mapping[str, Any] | None = None,
    actor: Actor,
) -> Schedule:
    """Change when it runs, and what it starts if that is given. Raises what :func:`create_schedule` raises."""
    known = action_named(action or schedule.action)
    checked = known.check(schedule.params if params is None else params)
    return _update(schedule, known.name, checked, plan.checked(), actor=actor)


@operation("schedule.updated", requires=Permission.SCHEDULE_MANAGE)
def _update(schedule: Schedule, action: str, params: dict[str, Any], plan: Plan, *, actor: Actor) -> Schedule:
    _ensure_may(action, schedule, actor)
    _lock(schedule)
    schedule.action, schedule.params = action, params
    _take_over(schedule, plan)
    schedule.save(update_fields=["action", "params", *asdict(plan)])
    _set_next(schedule)
    return schedule


@operation("schedule.paused", requires=Permission.SCHEDULE_MANAGE)
def pause_schedule(schedule: Schedule, *, actor: Actor) -> Schedule:
    """Start nothing any more until somebody resumes it. What runs goes on."""
    _lock(schedule)
    if not schedule.enabled:
        raise Conflicting(f"“{schedule.name}” is paused already.")
    schedule.enabled = False
    schedule.save(update_fields=["enabled"])
    _set_next(schedule)
    return schedule


@operation("schedule.resumed", requires=Permission.SCHEDULE_MANAGE)
def resume_schedule(schedule: Schedule, *, actor: Actor) -> Schedule:
    """Go on at the next time. What came due in between was not missed: nobody wanted it."""
    _ensure_may(schedule.action, schedule, actor)
    _lock(schedule)
    if schedule.enabled:
        raise Conflicting(f"“{schedule.name}” is not paused.")
    schedule.enabled = True
    schedule.save(update_fields=["enabled"])
    _set_next(schedule)
    return schedule


@operation("schedule.deleted", requires=Permission.SCHEDULE_MANAGE)
def delete_schedule(schedule: Schedule, *, actor: Actor) -> Schedule:
    """Forget it and its history. The jobs that it has started stay."""
    _lock(schedule)
    schedule.delete()
    return schedule


@operation("schedule.run", requires=Permission.SCHEDULE_MANAGE)
def run_now(schedule: Schedule, *, actor: Actor) -> Job:
    """Start it at once, besides its times; also when it is paused.

    Raises :class:`Conflicting` while its last run has not ended, and what the action's operation raises.
    """
    _ensure_may(schedule.action, schedule, actor)
    _lock(schedule)
    active = other_active_run(schedule)
    if active is not None:
        raise Conflicting(f"The last run of “{schedule.name}” has not ended yet. Nothing was started.")
    job, follows = start_action(schedule)
    now = timezone.now()
    note(schedule, now, now, Outcome.STARTED, job=job, follows=follows, asked_by=actor.label)
    return job


def _ensure_may(action: str, schedule: Schedule, actor: Actor) -> None:
    """Nobody lets a schedule do what they may not do themselves."""
    for permission in sorted(action_named(action).requires):
        ensure(actor, permission, schedule.workspace_id)


def _lock(schedule: Schedule) -> None:
    """Wait for a ticker that is starting it right now, and read what it has left."""
    locked = Schedule.objects.select_for_update().get(pk=schedule.pk)
    schedule.enabled, schedule.due_at, schedule.next_at = locked.enabled, locked.due_at, locked.next_at


def _take_over(schedule: Schedule, plan: Plan) -> None:
    for name, value in asdict(plan).items():
        setattr(schedule, name, value)


def _set_next(schedule: Schedule) -> None:
    schedule.due_at = schedule.next_at = None
    if schedule.enabled:
        clock = clock_of(schedule)
        schedule.due_at = clock.next_after(timezone.now())
        schedule.next_at = clock.start_of(schedule.due_at) if schedule.due_at else None
    schedule.save(update_fields=["due_at", "next_at"])
