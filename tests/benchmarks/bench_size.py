"""Captures and exports of workspaces of several sizes: memory idle and at its peak, pages a minute, requests a page.

Each measurement is a process of its own, which has done the same for a small workspace before: a worker is idle when
it has worked, not when it has just been started. The largest snapshot is kept for ``bench_reading``.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure
from tests.benchmarks.house import open_house
from tests.benchmarks.memory import Taken, taken
from tests.benchmarks.servers import ROOT, sandbox

SIZES = (1_000, 10_000, 100_000)
FORMATS = ("json", "markdown", "html", "csv")
WARM, MEASURED = "small", "measured"


def requests_so_far(base_url: str) -> int:
    """Calls of the API, downloads left out."""
    with urllib.request.urlopen(f"{base_url}/_sandbox/") as answer:
        calls: dict[str, int] = json.load(answer)["calls"]
    return sum(count for name, count in calls.items() if name != "GET /files")


def capture(folder: Path, base_url: str, token: str, small_url: str, small_token: str) -> dict[str, Any]:
    with open_house(folder) as house:
        house.capture(house.connect(small_url, small_token, WARM), comments="none")
        workspace = house.connect(base_url, token, MEASURED)
        before, cpu = requests_so_far(base_url), time.process_time()
        memory, first = taken(lambda: house.capture(workspace, comments="none"))
        cpu, between = time.process_time() - cpu, requests_so_far(base_url)
        again = house.capture(workspace, comments="none")
        pages = first.counts["pages"]["done"] + first.counts["rows"]["done"]
        return {
            "memory": asdict(memory),
            "pages": pages,
            "per_minute": pages / (first.seconds or 1) * 60,
            "per_cpu_minute": pages / cpu * 60,
            "requests": between - before,
            "requests_again": requests_so_far(base_url) - between,
            "seconds_again": again.seconds,
            "new_bytes_again": again.new_size,
            "kind_again": again.kind,
        }


def export(folder: Path, form: str) -> dict[str, Any]:
    with open_house(folder), tempfile.TemporaryDirectory(prefix="notionhub-bench-") as out:
        from apps.exports.foreground import export_to
        from apps.snapshots.models import Snapshot

        small = Snapshot.objects.filter(workspace__name=WARM).order_by("-number")[0]
        snapshot = Snapshot.objects.filter(workspace__name=MEASURED).order_by("-number")[0]
        export_to(Path(out) / "small.zip", small, format=form)
        cpu = time.process_time()
        memory, _ = taken(lambda: export_to(Path(out) / "large.zip", snapshot, format=form))
        pages = snapshot.counts["pages"]["done"] + snapshot.counts["rows"]["done"]
        return {"memory": asdict(memory), "per_cpu_minute": pages / (time.process_time() - cpu) * 60}


def _alone(*arguments: str) -> dict[str, Any]:
    """The result of this module's own command in a fresh process."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_size", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure(quick: bool, kept: Path) -> Iterator[Figure]:
    """``kept`` is the folder in which the largest snapshot stays."""
    sizes = SIZES[:2] if quick else SIZES
    memory: dict[str, list[Taken]] = {}
    speed: dict[str, float] = {}
    with sandbox(200) as small:
        for size in sizes:
            folder = kept / str(size)
            with sandbox(size) as large:
                captured = _alone("capture", str(folder), *large, *small)
            memory.setdefault("capture", []).append(Taken(**captured["memory"]))
            yield from _of_capture(size, captured)
            for form in FORMATS:
                made = _alone("export", str(folder), form)
                memory.setdefault(f"{form} export", []).append(Taken(**made["memory"]))
                speed[form] = made["per_cpu_minute"]
    for form, value in speed.items():
        yield Figure(f"{form}: rendered, {sizes[-1]:,} pages", value, "pages/CPU min", ">=", 6000)
    for what, at_sizes in memory.items():
        yield from _of_memory(what, sizes, at_sizes)


def _of_capture(size: int, captured: dict[str, Any]) -> Iterator[Figure]:
    pages, requests = captured["pages"], captured["requests"]
    note = f"{captured['per_cpu_minute']:,.0f} per minute of CPU; comments left out"
    yield Figure(f"capture of {size:,} pages", captured["per_minute"], "pages/min", ">=", 6000, note)
    yield Figure(f"capture of {size:,} pages: requests", requests / pages, "per page", note=f"{requests:,}")
    again = captured["requests_again"]
    note = f"{again:,} requests, {captured['kind_again']}, {captured['seconds_again']:.1f} s"
    yield Figure(f"unchanged {size:,} pages again: requests", again / requests, "of the first", note=note)
    yield Figure(f"unchanged {size:,} pages again: stored", captured["new_bytes_again"], "bytes", "<=", 0)


def _of_memory(what: str, sizes: Sequence[int], at_sizes: Sequence[Taken]) -> Iterator[Figure]:
    """The spread is that of the process as its operator sees it: a growth of few MB has no telling spread."""
    grown, peaks = [each.peak - each.idle for each in at_sizes], [each.peak for each in at_sizes]
    yield Figure(f"{what}: memory above idle", max(grown), "MB", "<=", 100, _by_size(sizes, grown))
    yield Figure(f"{what}: peak of the worker's memory", max(peaks), "MB", note=_by_size(sizes, peaks))
    spread = (max(peaks) - min(peaks)) / statistics.fmean(peaks)
    yield Figure(f"{what}: spread of the peak over the sizes", spread, "of their mean", "<=", 0.2)


def _by_size(sizes: Sequence[int], values: Sequence[float]) -> str:
    return ", ".join(f"{size:,}: {value:.0f}" for size, value in zip(sizes, values, strict=True))


def main() -> None:
    what, folder, *rest = sys.argv[1:]
    result = {"capture": capture, "export": export}[what](Path(folder), *rest)  # type: ignore[operator]
    print(json.dumps(result))  # noqa: T201


if __name__ == "__main__":
    main()
