"""Job kinds that live under tests/, and no waiting."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.access.roles import Role
from apps.core.actor import Actor
from tests.factories.tenants import Tenant
from tests.jobs.bells import lose_bells
from tests.jobs.kinds import DIARY


@pytest.fixture(autouse=True)
def jobs_settings(settings: Settings) -> None:
    """Test kinds only, a lane opener that writes down what it opens, attempts that follow at once."""
    settings.JOBS = {
        **settings.JOBS,
        "modules": ["tests.jobs.kinds"],
        "lane_opener": "tests.jobs.kinds.open_lane",
        "backoff": 0.0,
        "poll": 0.02,
        "beat": 0.05,
    }


@pytest.fixture(autouse=True)
def _fresh_diary() -> Iterator[None]:
    DIARY.clear()
    yield
    DIARY.clear()


@pytest.fixture(autouse=True)
def _no_bells(settings: Settings) -> Iterator[None]:
    """Redis keeps them over the end of a test, the database does not."""
    yield
    if "redis" in settings.Q_CLUSTER:
        lose_bells()


@pytest.fixture
def actor(acme: Tenant) -> Actor:
    """An operator of acme."""
    return acme.actor(Role.OPERATOR)
