"""How long a capture stands still after the worker that ran it was killed (SIGKILL)."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.drills.capture_site import LATENCY, CaptureSite
from tests.services.set_ups import OnSQLite


def measure(quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as name:
        folder = Path(name)
        with closing(CaptureSite(OnSQLite(folder / "bench.sqlite3"), folder)) as site:
            site.start()
            site.processes()
            site.turn(latency=LATENCY)
            site.run("start", "killed")
            gaps = [site.kill_at(goal) for goal in ((60,) if quick else (60, 120, 180))]
    yield Figure("work goes on after SIGKILL of its worker", max(gaps), "s", "<=", 15, f"worst of {len(gaps)}")
