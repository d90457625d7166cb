"""Real workers, really killed: nothing is lost, nothing is done twice, and work goes on within 15 s."""

import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.conftest import MakeSetUps
from tests.jobs.drill import Site, crowd, plant
from tests.services.postgresql import PostgreSQL
from tests.services.redis import RedisServer
from tests.services.set_ups import IN_POSTGRESQL, IN_POSTGRESQL_REDIS, IN_SQLITE, SQLITE, SetUps

pytestmark = [pytest.mark.drill, pytest.mark.timeout(240), pytest.mark.xdist_group("drills")]

LIMIT = 15.0
logger = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def seeded(set_ups: MakeSetUps) -> SetUps:
    return set_ups(plant)


@pytest.fixture
def kind() -> str:
    """Overridden by drills that run in every set-up."""
    return SQLITE


@pytest.fixture
def site(seeded: SetUps, kind: str, tmp_path: Path) -> Iterator[Site]:
    site = Site(seeded.make(kind, tmp_path), tmp_path)
    try:
        site.start()
        site.wait_until(lambda: site.items() > 100, 20, "work begins")
        site.processes()
        yield site
    finally:
        site.close()


def work_goes_on(site: Site, since: float, *, lost_by: int) -> None:
    """Within the limit another process goes on with the lost one's jobs; a crowded machine gets more time."""
    within = LIMIT * crowd()
    seconds = site.wait_until(lambda: site.taken_over(since, lost_by=lost_by), LIMIT, "work goes on")
    logger.info("work went on after %.1f s of %.0f s", seconds, within)
    assert seconds < within


def finish(site: Site) -> None:
    site.wait_until(lambda: site.unfinished() == 0, 40, "all jobs succeed")
    site.check_nothing_lost_nothing_doubled()


@pytest.mark.parametrize("kind", [IN_SQLITE, IN_POSTGRESQL, IN_POSTGRESQL_REDIS])
def test_busy_worker_killed(site: Site) -> None:
    victim = site.busy_pid()
    killed = time.time()
    os.kill(victim, signal.SIGKILL)

    work_goes_on(site, killed, lost_by=victim)
    finish(site)


def test_idle_worker_killed_takes_the_queue_with_it_and_the_group_is_replaced(site: Site) -> None:
    busy = site.busy_pid()
    idle, *_ = site.wait_until(lambda: site.idle_workers(cluster_of=busy), 10, "a worker is idle")
    killed = time.time()
    idle.kill()

    work_goes_on(site, killed, lost_by=busy)
    assert not psutil.pid_exists(busy)
    finish(site)


@pytest.mark.parametrize("kind", [IN_SQLITE, IN_POSTGRESQL, IN_POSTGRESQL_REDIS])
def test_everything_killed_and_started_again(site: Site) -> None:
    busy = site.busy_pid()
    killed = time.time()
    site.kill_everything()
    assert site.survivors() == []
    site.start()

    work_goes_on(site, killed, lost_by=busy)
    finish(site)


def test_supervisor_killed_leaves_no_orphan(site: Site) -> None:
    assert len(site.processes()) >= 10  # two clusters, each with guard, pusher, monitor and its workers
    site.supervisor.kill()

    site.wait_until(lambda: not site.survivors(), 5, "everything ends")


@pytest.mark.parametrize("kind", [IN_SQLITE, IN_POSTGRESQL])
def test_frozen_worker_is_fenced_when_it_wakes(site: Site) -> None:
    victim = site.busy_pid()
    frozen = freeze_outside_a_transaction(site, victim)
    try:
        work_goes_on(site, frozen, lost_by=victim)
    finally:
        os.kill(victim, signal.SIGCONT)

    site.wait_until(lambda: "lease lost" in site.log(), 10, "the sleeper notices")
    finish(site)


def freeze_outside_a_transaction(site: Site, pid: int) -> float:
    """SIGSTOP, at a moment when the process does not hold locks that others need."""
    for _ in range(20):
        frozen = time.time()
        os.kill(pid, signal.SIGSTOP)
        if not site.set_up.is_blocked():
            return frozen
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.05)
    raise AssertionError("The worker is never outside of a transaction.")


def test_sigterm_gives_everything_back(site: Site) -> None:
    asked = time.monotonic()
    site.send(signal.SIGTERM)
    assert site.wait_for_end(10) == 0
    logger.info("stopped after %.1f s", time.monotonic() - asked)

    assert site.survivors() == []
    assert site.query("SELECT count(*) FROM jobs_runner") == [(0,)]
    assert site.query("SELECT count(*) FROM jobs_lane WHERE runner_id IS NOT NULL") == [(0,)]
    assert site.unfinished() > 0

    site.start()
    finish(site)
    assert site.query("SELECT count(*) FROM jobs_job WHERE deaths > 0") == [(0,)]


@pytest.mark.parametrize("kind", [IN_POSTGRESQL])
def test_database_crashes_and_comes_back_in_mid_run(site: Site, postgresql: PostgreSQL) -> None:
    before = site.items()
    postgresql.crash()
    time.sleep(1.0)
    postgresql.start()

    assert site.items() >= before  # what was committed is there
    finish(site)


@pytest.mark.parametrize("kind", [IN_POSTGRESQL_REDIS])
def test_broker_crashes_and_forgets_its_bells_in_mid_run(site: Site, redis_server: RedisServer) -> None:
    busy = site.busy_pid()
    redis_server.crash()
    os.kill(busy, signal.SIGKILL)
    time.sleep(2.0)
    redis_server.start()

    finish(site)
