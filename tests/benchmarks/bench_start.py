"""From ``make run`` to the first page, in an installation that is there already.

Twice: with no state at all (the database is made), and with the state that the first start left.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.ports import free_port
from tests.benchmarks.servers import ROOT

PATIENCE = 60.0


def started(folder: str) -> float:
    """Seconds until the sign-in page came. The demo is stopped again."""
    names = ("NOTIONHUB_PORT", "NOTIONHUB_SANDBOX_PORT", "NOTIONHUB_ISSUER_PORT")
    ports = {name: str(free_port()) for name in names}
    environment = {**os.environ, **ports, "NOTIONHUB_VAR": folder}
    began = time.perf_counter()
    demo = subprocess.Popen([sys.executable, "-m", "apps.demo"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        page = f"http://127.0.0.1:{ports['NOTIONHUB_PORT']}/sign-in/"
        while not _answers(page):
            if demo.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise SystemExit("The demo did not start.")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def measure(quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as folder:
        yield Figure("make run to the first page, nothing there yet", started(folder), "s", "<=", 5)
        again = sorted(started(folder) for _ in range(1 if quick else 3))
        yield Figure("make run to the first page, later starts", again[len(again) // 2], "s", "<=", 5)
