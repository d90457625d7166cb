"""An organization with its actors, and job kinds that live under tests/."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings

from apps.access.roles import ROLES, Role
from apps.core.actor import Actor, ActorKind
from apps.core.tenancy import scope
from apps.organizations.models import Organization


@pytest.fixture(autouse=True)
def jobs_settings(settings: LazySettings) -> None:
    """Test kinds only, no workspace to open, no waiting between attempts."""
    settings.JOBS = {
        **settings.JOBS,
        "modules": ["tests.jobs.kinds"],
        "lane_opener": "tests.jobs.kinds.open_lane",
        "backoff": 0.0,
        "poll": 0.02,
    }


@pytest.fixture
def organization(transactional_db: Any) -> Organization:
    return Organization.objects.create(name="Acme", slug="acme")


@pytest.fixture
def other(transactional_db: Any) -> Organization:
    return Organization.objects.create(name="Kestrel", slug="kestrel")


@pytest.fixture
def inside(organization: Organization) -> Iterator[None]:
    """The test runs in the scope of ``organization``."""
    with scope(organization.pk):
        yield


@pytest.fixture
def actor(organization: Organization) -> Actor:
    return actor_of(organization)


def actor_of(organization: Organization, role: Role = Role.OPERATOR) -> Actor:
    return Actor(ActorKind.USER, 1, "Mara Lindqvist", organization.pk, frozenset(ROLES[role]), role=role)
