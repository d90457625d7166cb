"""How much of the allowed rate a capture uses, over five windows, and how often the server had to refuse.

The real capture against the sandbox in real time; the windows are six seconds long instead of sixty.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.house import open_house
from tests.benchmarks.servers import ROOT, sandbox

WINDOW, WINDOWS = 6.0, 5
LIMITS = (180, 600)


@dataclass(frozen=True)
class Seen:
    at: float
    calls: int
    refused: int


def look(base_url: str) -> Seen:
    with urllib.request.urlopen(f"{base_url}/_sandbox/") as answer:
        state = json.load(answer)
    refused = sum(connection["rate"]["refused"] for connection in state["connections"])
    return Seen(time.perf_counter(), sum(state["calls"].values()) - state["calls"].get("GET /files", 0), refused)


def used(base_url: str, limit: int) -> tuple[float, int]:
    """The share of the rate that was used from the first call on, and the most refusals seen in one window."""
    while not (first := look(base_url)).calls:
        time.sleep(0.01)
    refused, last = 0, first
    while last.at < first.at + WINDOW * WINDOWS:
        time.sleep(0.05)
        last = look(base_url)
        refused = max(refused, last.refused)
    share = (last.calls - first.calls) / (limit * (last.at - first.at) / WINDOW)
    return share, refused


def measure(quick: bool) -> Iterator[Figure]:
    for limit in LIMITS[:1] if quick else LIMITS:
        rate = ("--rate-limit", str(limit), "--rate-window", str(WINDOW))
        with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as folder, sandbox(limit * 10, *rate) as site:
            command = [sys.executable, "-m", "tests.benchmarks.bench_budget", folder, *site, str(limit)]
            with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as capture:
                share, refused = used(site[0], limit)
                capture.kill()  # in its middle, and what it says of that is no news
        note = f"{WINDOWS} windows of {WINDOW:g} s"
        yield Figure(f"use of {limit} requests per window", share * 100, "%", ">=", 97, note)
        yield Figure(f"refused at {limit} requests per window", refused, "requests", "<=", 0)


def main() -> None:
    folder, base_url, token, limit = sys.argv[1:]
    with open_house(Path(folder)) as house:
        workspace = house.connect(base_url, token)
        workspace.rate_limit, workspace.rate_window = int(limit), WINDOW
        workspace.save()
        house.capture(workspace)


if __name__ == "__main__":
    main()
