"""Starting what is due, once however many tickers look. Crosses tenants on purpose: a ticker serves all of them.

The step to the following time, the start and its line in the history are one transaction, whose first statement only
succeeds for whoever still finds the time that it saw. A ticker that is killed in it has done nothing, and after it all.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from apps.core.errors import Conflicting, Invalid, NotionHubError
from apps.core.tenancy import scope
from apps.jobs.models import ENDED, Job, Missed, Outcome, Schedule, ScheduleRun
from apps.jobs.schedules.actions import NothingToDo
from apps.jobs.schedules.clock import TOLERANCE, Passed
from apps.jobs.schedules.starting import (
    OURS,
    actor_of,
    clock_of,
    note,
    other_active_run,
    start_action,
    then_action,
)

logger = logging.getLogger(__name__)
AT_ONCE = 100


def start_due(now: datetime) -> int:
    """Come to every schedule that is due, and to every run whose next step can begin; how many there were."""
    schedules = Schedule.unscoped.filter(next_at__lte=now).order_by("next_at")
    runs = ScheduleRun.unscoped.filter(follows=True, job__status__in=ENDED).order_by("pk")
    due = [(_come_to, row) for row in schedules.values_list("organization", "pk")[:AT_ONCE]]
    due += [(_go_on, row) for row in runs.values_list("organization", "pk")[:AT_ONCE]]
    for do, (organization, pk) in due:
        with scope(organization):
            _carefully(do, pk, now)
    return len(due)


def _carefully(do: Callable[[int, datetime], None], pk: int, now: datetime) -> None:
    """One schedule that fails in a way nobody foresaw keeps no other from its start."""
    try:
        with transaction.atomic():
            do(pk, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away; the next tick comes again
    except Exception:
        logger.exception("schedule not started", extra={"row": pk, "step": do.__name__})


def _come_to(pk: int, now: datetime) -> None:
    schedule = Schedule.objects.filter(pk=pk, enabled=True, next_at__lte=now).first()
    if schedule is None or schedule.due_at is None:
        return
    try:
        clock = clock_of(schedule)
        passed = clock.passed(schedule.due_at, now)
        following = clock.next_after(now)
    except Invalid as error:
        if _step(schedule, None, None):
            note(schedule, schedule.due_at, now, Outcome.FAILED, f"{error.message} The schedule waits to be changed.")
        return
    if not _step(schedule, following, clock.start_of(following) if following else None):
        return
    on_time = now - clock.start_of(passed.newest) <= TOLERANCE
    made_up = _note_missed(schedule, passed, on_time, now)
    if on_time or schedule.missed == Missed.ONCE:
        _start(schedule, passed.newest, now, made_up)


def _step(schedule: Schedule, due_at: datetime | None, next_at: datetime | None) -> bool:
    """Whether this one takes the run: only the first that comes finds the old time."""
    mine = Schedule.objects.filter(pk=schedule.pk, enabled=True, next_at=schedule.next_at)
    return bool(mine.update(due_at=due_at, next_at=next_at))


def _note_missed(schedule: Schedule, passed: Passed, on_time: bool, now: datetime) -> str:
    """A line for the runs that nobody was there to start; what a run that makes up for them says."""
    makes_up = on_time or schedule.missed == Missed.ONCE
    missed = passed.times[:-1] if makes_up else passed.times
    late = not on_time and schedule.missed == Missed.ONCE
    if missed:
        count = f"{'at least ' if passed.uncounted else ''}{len(missed):,} {'run' if len(missed) == 1 else 'runs'}"
        told = f"Nothing was there to start {count} between {missed[0]:%Y-%m-%d %H:%M} and now."
        note(schedule, missed[0], now, Outcome.MISSED, told)
    return "Started late, because nothing was there to start it in time." if late else ""


def _start(schedule: Schedule, due_at: datetime, now: datetime, reason: str) -> None:
    active = other_active_run(schedule)
    if active is not None:
        told = f"The run of {active.due_at:%Y-%m-%d %H:%M} UTC has not ended yet."
        note(schedule, due_at, now, Outcome.SKIPPED, told)
        return
    outcome, told, job, follows = _attempt(schedule)
    note(schedule, due_at, now, outcome, told or reason, job=job, follows=follows)


def _attempt(schedule: Schedule) -> tuple[Outcome, str, Job | None, bool]:
    """Start the action. What it refuses is a line of the history, whatever it has written is undone."""
    try:
        with transaction.atomic():
            job, follows = start_action(schedule)
    except Conflicting as error:
        return Outcome.SKIPPED, error.message, None, False
    except NotionHubError as error:
        return Outcome.FAILED, error.message, None, False
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("schedule failed to start", extra={"schedule": schedule.public_id})
        return Outcome.FAILED, OURS, None, False
    return Outcome.STARTED, "", job, follows


def _go_on(pk: int, now: datetime) -> None:
    """The second step of a run whose first job has ended."""
    if not ScheduleRun.objects.filter(pk=pk, follows=True).update(follows=False):
        return
    run = ScheduleRun.objects.select_related("schedule", "job").get(pk=pk)
    try:
        with transaction.atomic():
            run.then = then_action(run, actor_of(run.schedule))
    except (NothingToDo, NotionHubError) as error:
        run.reason = str(error)[:600]
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("schedule failed to go on", extra={"schedule": run.schedule.public_id})
        run.outcome, run.reason = Outcome.FAILED, OURS
    run.save(update_fields=["then", "outcome", "reason"])
