"""``make bench``: what was promised in figures, measured.

    python -m tests.benchmarks [--quick] [walk size reading budget start resume audit rotation …]

Prints a table per topic and writes all figures to ``var/bench.json``. Nothing else should run on the machine.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks import (
    bench_audit,
    bench_budget,
    bench_lists,
    bench_profile,
    bench_reading,
    bench_resume,
    bench_rotation,
    bench_size,
    bench_start,
    bench_walk,
)
from tests.benchmarks.figures import Figure, show
from tests.benchmarks.servers import ROOT

Bench = Callable[[bool], Iterator[Figure]]


def benches(kept: Path) -> dict[str, tuple[str, Bench]]:
    """By name: a title, and what yields the figures. ``kept`` holds the snapshots that several of them read."""
    return {
        "walk": ("Capture beside the SDK", bench_walk.measure),
        "profile": ("Where a page's time goes", bench_profile.measure),
        "budget": ("Use of the allowed rate", bench_budget.measure),
        "start": ("Start", bench_start.measure),
        "resume": ("Going on after a kill", bench_resume.measure),
        "size": ("Sizes: speed, requests, memory", lambda quick: bench_size.measure(quick, kept)),
        "audit": ("Audit log", bench_audit.measure),
        "rotation": ("Keys rotated under load", bench_rotation.measure),
        "lists": ("Lists of the API", bench_lists.measure),
        "reading": ("Opening a large snapshot", lambda quick: bench_reading.measure(quick, kept)),
    }


def machine() -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as scratch:
        known = benches(Path(scratch))
        arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
        arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
        arguments.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
        chosen = arguments.parse_args()
        if unknown := set(chosen.names) - known.keys():
            arguments.error(f"there is no benchmark {', '.join(sorted(unknown))}")
        found: dict[str, list[Figure]] = {}
        for name in chosen.names or known:
            title, measure = known[name]
            found[name] = list(measure(chosen.quick))
            show(title, found[name])
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    figures = {name: [figure.as_json() for figure in each] for name, each in found.items()}
    target.write_text(json.dumps({"machine": machine(), "figures": figures}, indent=2, ensure_ascii=False) + "\n")
    missed = [figure for each in found.values() for figure in each if figure.met is False]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
