"""What a capture costs: pages per minute, requests per page, memory of the process that captures.

    python -m tests.benchmarks.bench_capture [--pages 1000] [--comments pages]

The workspace is the sandbox's, served without a rate limit by another process on this machine. The capture is the
product's own job with its database and file store; the second one finds everything unchanged.
"""

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
MB = 1024 * 1024


@contextmanager
def sandbox(pages: int) -> Iterator[tuple[str, str]]:
    """Address and token of a sandbox in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "apps.sandbox", "--port", str(port), "--pages", str(pages), "--workspaces", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        token = next(line.split()[1] for line in process.stdout if line.strip().startswith("token"))
        _wait_for(port)
        yield f"http://127.0.0.1:{port}", token
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("The sandbox did not start.")


def requests_so_far(base_url: str) -> tuple[int, int]:
    """Calls of the API, and files fetched."""
    with urllib.request.urlopen(f"{base_url}/_sandbox/") as answer:
        calls = json.load(answer)["calls"]
    files = calls.get("GET /files", 0)
    return sum(calls.values()) - files, files


def measure(base_url: str, token: str, comments: str) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from pydantic import SecretStr

    from apps.core.tenancy import scope
    from apps.jobs.foreground import see_through
    from apps.keys.services import keep
    from apps.organizations.services import create_organization, system_actor
    from apps.snapshots.capture.options import Options
    from apps.snapshots.models import Snapshot
    from apps.snapshots.services import start_capture
    from apps.workspaces.models import ConnectionKind, Workspace

    call_command("migrate", verbosity=0)
    organization = create_organization("Bench", "owner@bench.example")
    with scope(organization.pk):
        actor = system_actor(organization)
        workspace = Workspace.objects.create(
            name="Bench",
            notion_id="bench",
            bot_id="bot",
            base_url=base_url,
            connection=ConnectionKind.TOKEN,
            access_token=keep(SecretStr(token), purpose="notion.access_token"),
            rate_limit=10**6,
            rate_window=60.0,
        )
        for label in ("first", "second"):
            before, files_before = requests_so_far(base_url)
            idle = psutil.Process().memory_info().rss
            began, cpu = time.perf_counter(), time.process_time()
            job = see_through(start_capture(workspace, options=Options(comments), actor=actor), lambda job: None)
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            calls, files = requests_so_far(base_url)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            snapshot = Snapshot.objects.order_by("-number")[0]
            pages = snapshot.counts["pages"]["done"] + snapshot.counts["rows"]["done"]
            for line in (
                f"{label} capture: {job.word}, {pages:,} pages and rows, {snapshot.blocks:,} blocks in {seconds:.1f} s",
                f"  {pages / seconds * 60:,.0f} pages a minute, {pages / cpu * 60:,.0f} per minute of CPU",
                f"  {(calls - before) / pages:.2f} requests a page ({calls - before:,}), {files - files_before} files",
                f"  memory {idle / MB:.0f} MB before, {peak / MB:.0f} MB at its peak (+{(peak - idle) / MB:.0f})",
                f"  stored {snapshot.size / MB:.1f} MB, of it new {snapshot.new_size / MB:.1f} MB",
            ):
                print(line)  # noqa: T201


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=1000, help="pages and rows of the workspace")
    arguments.add_argument("--comments", choices=["none", "pages", "blocks"], default="pages")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="notionhub-bench-") as folder, sandbox(chosen.pages) as (base_url, token):
        os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings", "BENCH_FOLDER": folder}
        measure(base_url, token, chosen.comments)


if __name__ == "__main__":
    main()
