"""Words of the tests of schedules: noon, an hourly plan, a tick of the ticker, and the history that it leaves."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import time_machine
from django.db import connections

from apps.jobs.models import Schedule
from apps.jobs.schedules.selectors import runs
from apps.jobs.schedules.services import (
    Plan,
)
from apps.jobs.ticker import Ticker

NOON = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
HOURLY = Plan("Nightly", "30 * * * *", "UTC")
Make = Callable[..., Schedule]
Clock = time_machine.Traveller


def look() -> None:
    """A tick, where no organization's scope is open."""

    def tick() -> None:
        try:
            Ticker("io").tick()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(tick).result(timeout=20)


def history(schedule: Schedule) -> list[tuple[str, str]]:
    """(outcome, time due) of each run, oldest first."""
    return [(run.outcome, f"{run.due_at:%H:%M}") for run in reversed(runs(schedule))]


def reason(schedule: Schedule) -> str:
    return runs(schedule)[0].reason
