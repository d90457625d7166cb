"""It is noon, there are actions to put on a schedule, and an operator who does."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from apps.core.actor import Actor
from apps.jobs.models import Schedule
from apps.jobs.schedules.services import (
    Plan,
    create_schedule,
)
from tests.factories.tenants import Tenant
from tests.jobs.schedules.ticking import HOURLY, NOON, Clock, Make


@pytest.fixture(autouse=True)
def with_actions(settings: Settings, jobs_settings: None) -> None:
    settings.JOBS = {**settings.JOBS, "modules": ["tests.jobs.kinds", "tests.jobs.schedulable"]}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make(acme: Tenant, actor: Actor) -> Make:
    def made(plan: Plan = HOURLY, action: str = "tests.note", **params: Any) -> Schedule:
        return create_schedule(action, acme.organization, params, plan, actor=actor)

    return made
