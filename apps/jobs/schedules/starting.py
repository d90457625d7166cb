"""One start of a schedule's action, by the clock or because a person asks, and its line in the history."""

from datetime import datetime

from django.db.models import Q

from apps.core.actor import Actor, ActorKind
from apps.jobs.models import ACTIVE, Job, Outcome, Schedule, ScheduleRun
from apps.jobs.schedules.actions import NothingToDo, action_named
from apps.jobs.schedules.clock import Clock, read_clock

KEPT_RUNS = 500
"""Lines of the history that a schedule keeps."""
OURS = (
    "Something failed on our side and was logged. Nothing was started. It is tried again at the next time; if it fails"
    " again, tell whoever runs this installation."
)


def actor_of(schedule: Schedule) -> Actor:
    """The system acting under the schedule: it may do what the action takes and nothing else.

    Whoever made the schedule had that right when they made it; that they leave or lose it does not stop it.
    """
    return Actor(
        ActorKind.SYSTEM,
        schedule.pk,
        f"Schedule “{schedule.name}”",
        schedule.organization_id,
        frozenset(action_named(schedule.action).requires),
        role="schedule",
        ref=schedule.public_id,
    )


def clock_of(schedule: Schedule) -> Clock:
    """Raises :class:`Invalid` when its zone exists no more."""
    return read_clock(schedule.cron, schedule.time_zone, schedule.jitter, seed=schedule.public_id)


def other_active_run(schedule: Schedule) -> ScheduleRun | None:
    """The run that has not ended yet."""
    going = Q(follows=True) | Q(job__status__in=ACTIVE) | Q(then__status__in=ACTIVE)
    return ScheduleRun.objects.filter(going, schedule=schedule).order_by("-id").first()


def start_action(schedule: Schedule) -> tuple[Job, bool]:
    """Call the action's operation; its job, and whether a second step follows."""
    action = action_named(schedule.action)
    job = action.start(action.find(schedule.subject_id), schedule.params, actor_of(schedule))
    return job, action.then is not None


def then_action(run: ScheduleRun, actor: Actor) -> Job:
    """Call the second step. Raises :class:`NothingToDo`."""
    action = action_named(run.schedule.action)
    if action.then is None or run.job is None:
        raise NothingToDo("What this schedule starts has no second step any more.")
    return action.then(action.find(run.schedule.subject_id), run.schedule.params, run.job, actor)


def note(
    schedule: Schedule,
    due_at: datetime,
    at: datetime,
    outcome: Outcome,
    reason: str = "",
    *,
    job: Job | None = None,
    follows: bool = False,
    asked_by: str = "",
) -> ScheduleRun:
    """Write a line of the history, and let go of the oldest ones."""
    run = ScheduleRun.objects.create(
        schedule=schedule,
        due_at=due_at,
        at=at,
        outcome=outcome,
        reason=reason[:600],
        job=job,
        follows=follows,
        asked_by=asked_by[:200],
    )
    newest = ScheduleRun.objects.filter(schedule=schedule).order_by("-id")
    surplus = newest.values_list("pk", flat=True)[KEPT_RUNS : KEPT_RUNS + 1].first()
    if surplus is not None:
        ScheduleRun.objects.filter(schedule=schedule, pk__lte=surplus).delete()
    return run
