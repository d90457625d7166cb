"""What happens to a job that is running when its key is replaced or revoked."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.jobs.models import Job, Status
from apps.sandbox import Sandbox
from apps.snapshots.services import start_capture
from apps.workspaces.keys.services import promote_key, revoke_key
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.workspaces.keys.connected import Connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(90)]


@pytest.fixture
def studio(inside_acme: Tenant, sandbox: Sandbox) -> Connected:
    return Connected.by_token(inside_acme, sandbox)


def while_it_runs(studio: Connected, do: Callable[[], object]) -> Job:
    """Do something in the middle of a capture; its job when it has ended."""
    studio.sandbox.service.settings.latency = 0.1
    job = start_capture(studio.workspace, actor=studio.tenant.system)
    with ThreadPoolExecutor(max_workers=1) as thread:
        running = thread.submit(run_pending)
        while not Job.objects.filter(pk=job.pk, status=Status.RUNNING, done__gt=0).exists():
            assert not running.done(), "it ended before anything could happen to it"
            time.sleep(0.01)
        do()
        studio.sandbox.service.settings.latency = 0.02
        running.result()
    job.refresh_from_db()
    return job


def test_it_goes_on_with_the_promoted_key_though_the_old_one_dies_at_once(studio: Connected) -> None:
    key = studio.add(studio.another_token())

    def replace() -> None:
        promote_key(key, actor=studio.tenant.system)
        studio.sandbox.service.revoke(studio.sandbox.token)

    assert while_it_runs(studio, replace).word == "Complete"
    assert studio.key(2).last_used_at is not None


def test_it_fails_with_a_sentence_when_the_key_is_revoked(studio: Connected) -> None:
    def revoke() -> None:
        revoke_key(studio.key(1), because="In a screenshot", actor=studio.tenant.system)
        studio.sandbox.service.revoke(studio.sandbox.token)

    job = while_it_runs(studio, revoke)
    assert job.word == "Failed"
    assert "revoked key 1" in job.error
    assert job.dead_lettered_at is None
    studio.workspace.refresh_from_db()
    assert "In a screenshot" in studio.workspace.status_reason, "why the person did it is not written over"
