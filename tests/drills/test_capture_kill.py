"""A worker that is killed in the middle of a capture: the snapshot is the one that an undisturbed worker makes."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import MakeSetUps
from tests.drills.capture_site import LATENCY, CaptureSite
from tests.jobs.drill import crowd
from tests.services.set_ups import IN_POSTGRESQL_REDIS, IN_SQLITE

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300), pytest.mark.xdist_group("drills")]


@pytest.fixture(params=[IN_SQLITE, IN_POSTGRESQL_REDIS])
def site(request: pytest.FixtureRequest, set_ups: MakeSetUps, tmp_path: Path) -> Iterator[CaptureSite]:
    set_up = set_ups(lambda empty: None).make(request.param, tmp_path)
    with closing(CaptureSite(set_up, tmp_path)) as site:
        site.start()
        site.processes()
        yield site


def test_a_capture_whose_workers_are_killed_equals_an_undisturbed_one(site: CaptureSite) -> None:
    site.run("start", "undisturbed")
    site.wait_until(lambda: site.state("undisturbed") == "complete", 60, "the undisturbed capture completes")
    site.turn(latency=LATENCY)
    site.run("start", "killed")
    total = len(site.content("undisturbed"))
    gaps = [site.kill_at(int(share * total)) for share in (0.2, 0.5, 0.8)]
    site.turn(latency=0)
    site.wait_until(lambda: site.state("killed") != "open", 60, "the capture ends")
    assert site.state("killed") == "complete"
    assert site.content("killed") == site.content("undisturbed")
    assert site.counts("killed") == site.counts("undisturbed")
    assert max(gaps) < 15 * crowd(), gaps
