"""Long random runs: ``make soak``. Seeds come from the clock and are printed, so that a failure can be repeated.

``SOAK_SECONDS`` bounds it (rounds begin until then; 210 when not given), ``SOAK_SEED`` repeats a run.
"""

import asyncio
import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import django

from tests.services.set_ups import OnSQLite
from tests.soak.rounds import Difference, play
from tests.soak.site import SoakSite

DEFAULT_SECONDS = 210.0
MEASURED = ((180, 3.0), (600, 6.0))
"""Limits per window; windows in seconds, shorter than Notion's so that five of them pass soon."""
LEAST_USE = 0.97


def main() -> int:
    seconds = float(os.environ.get("SOAK_SECONDS", DEFAULT_SECONDS))
    seed = int(os.environ.get("SOAK_SEED", int(time.time())))
    until = time.monotonic() + seconds
    tell(f"soak: seed {seed} (repeat with SOAK_SEED={seed}), {seconds:.0f} s")
    return soak_captures(seed, until) or soak_budget()


def soak_captures(seed: int, until: float) -> int:
    with tempfile.TemporaryDirectory(prefix="notionhub-soak-") as folder:
        path = Path(folder)
        with closing(SoakSite(OnSQLite(path / "soak.sqlite3"), path)) as site:
            site.start()
            site.processes()
            number = 0
            while number == 0 or time.monotonic() < until:
                number += 1
                try:
                    tell(f"{play(site, seed, number)}")
                except (Difference, AssertionError) as error:
                    tell(f"FAILED with SOAK_SEED={seed}: {error}")
                    return 1
                site.processes()
    tell(f"{number} rounds, all equal to their undisturbed captures")
    return 0


def soak_budget() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notionhub.settings.test")
    django.setup()
    from tests.soak.budget import measure

    failed = False
    for limit, window in MEASURED:
        use = asyncio.run(measure(limit, window, people=True))
        crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        tell(f"{use}; {crowd:.1f} processes per core")
        failed = failed or use.refused > 0 or use.share < LEAST_USE / crowd
    return int(failed)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
