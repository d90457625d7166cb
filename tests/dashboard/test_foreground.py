"""A job seen through in one's own process."""

import pytest
from pytest_django import Settings

from apps.core.tenancy import scope
from apps.jobs.foreground import see_through
from apps.jobs.models import Job, Status
from apps.jobs.shift import Shift
from apps.sandbox import Sandbox
from apps.snapshots.services import start_capture
from tests.factories.tenants import Tenant
from tests.workspaces.test_keeping import connect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


def tiny(settings: Settings) -> None:
    """A bound that every process is above."""
    queue = settings.Q_CLUSTER
    alternatives = {"cpu": queue["ALT_CLUSTERS"]["cpu"] | {"max_rss": 1}}
    settings.Q_CLUSTER = queue | {"max_rss": 1, "ALT_CLUSTERS": alternatives}


def test_a_process_that_is_too_big_for_a_worker_still_ends_its_own_job(
    acme: Tenant, sandbox: Sandbox, settings: Settings
) -> None:
    tiny(settings)
    assert Shift("io").over()
    shown: list[int] = []
    with scope(acme.organization.pk):
        job = start_capture(connect(acme, sandbox), actor=acme.system)
        ended = see_through(job, lambda now: shown.append(now.done))
        assert ended.status == Status.SUCCEEDED
        assert Job.objects.get().status == Status.SUCCEEDED
    assert shown
